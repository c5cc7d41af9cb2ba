package stripebridge.acceptance.deploy.runner;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The objects of a namespace, by kind and name. Not thread-safe.
final class ClusterObjects {
  private final Map<String, HasMetadata> objects = new LinkedHashMap<>();

  static String key(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }

  /// Adds an object, or replaces the one of its kind and name.
  ///
  /// @throws IllegalStateException if something would change that a cluster lets nobody change
  void put(HasMetadata object) {
    HasMetadata before = objects.get(key(object));
    if (before != null && isImmutable(before) && !contents(before).equals(contents(object))) {
      throw new IllegalStateException(key(object) + " is immutable");
    }
    if (before != null && !fixed(before).equals(fixed(object))) {
      throw new IllegalStateException(key(object) + " has another immutable field");
    }
    objects.put(key(object), object);
  }

  private static List<Object> fixed(HasMetadata object) {
    return switch (object) {
      case Deployment it -> List.of(it.getSpec().getSelector());
      case StatefulSet it ->
          List.of(
              it.getSpec().getSelector(),
              String.valueOf(it.getSpec().getServiceName()),
              it.getSpec().getVolumeClaimTemplates());
      case Job it -> List.of(it.getSpec().getTemplate());
      default -> List.of();
    };
  }

  void remove(String key) {
    objects.remove(key);
  }

  <T extends HasMetadata> List<T> all(Class<T> kind) {
    return objects.values().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  Optional<HasMetadata> find(String kind, String name) {
    return Optional.ofNullable(objects.get(kind + "/" + name));
  }

  /// The keys and values of a ConfigMap or Secret.
  ///
  /// @throws MissingReference if nothing has that name
  Map<String, byte[]> contents(String kind, String name) {
    return contents(
        find(kind, name)
            .orElseThrow(() -> new MissingReference(kind + " '" + name + "' is not there")));
  }

  private static Map<String, byte[]> contents(HasMetadata object) {
    Map<String, byte[]> contents = new TreeMap<>();
    switch (object) {
      case ConfigMap map -> {
        putTexts(map.getData(), contents);
        putBase64(map.getBinaryData(), contents);
      }
      case Secret secret -> {
        putBase64(secret.getData(), contents);
        putTexts(secret.getStringData(), contents);
      }
      default -> throw new IllegalArgumentException(key(object) + " has no keys");
    }
    return contents;
  }

  private static void putTexts(Map<String, String> from, Map<String, byte[]> to) {
    if (from != null) {
      from.forEach((name, text) -> to.put(name, text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static void putBase64(Map<String, String> from, Map<String, byte[]> to) {
    if (from != null) {
      from.forEach((name, text) -> to.put(name, Base64.getDecoder().decode(text)));
    }
  }

  private static boolean isImmutable(HasMetadata object) {
    return switch (object) {
      case ConfigMap map -> Boolean.TRUE.equals(map.getImmutable());
      case Secret secret -> Boolean.TRUE.equals(secret.getImmutable());
      default -> false;
    };
  }

  /// A pod refers to something that is not there (yet).
  static final class MissingReference extends RuntimeException {
    private static final long serialVersionUID = 1;

    MissingReference(String message) {
      super(message);
    }
  }
}
