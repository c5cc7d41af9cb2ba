package stripebridge.acceptance.deploy.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMapKeySelector;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The variables of a container: what `env`, `envFrom` and `$(NAME)` make of a namespace's objects.
final class Variables {
  private static final Pattern REFERENCE =
      Pattern.compile("\\$(\\$|\\(([-._a-zA-Z][-._a-zA-Z0-9]*)\\))");
  private static final Pattern LABEL = Pattern.compile("metadata\\.labels\\['([^']+)'\\]");

  private final ClusterObjects objects;
  private final Map<String, String> fields;
  private final Map<String, String> labels;
  private final Map<String, String> values;

  /// Begins with variables that `env` overrides.
  ///
  /// @param fields of the pod, such as `status.podIP`
  Variables(
      ClusterObjects objects,
      Map<String, String> fields,
      Map<String, String> labels,
      Map<String, String> before) {
    this.objects = objects;
    this.fields = fields;
    this.labels = labels;
    this.values = new LinkedHashMap<>(before);
  }

  Map<String, String> of(Container container) {
    for (EnvFromSource source : container.getEnvFrom()) {
      String prefix = Optional.ofNullable(source.getPrefix()).orElse("");
      contents(source)
          .forEach((name, bytes) -> values.put(prefix + name, new String(bytes, UTF_8)));
    }
    for (EnvVar variable : container.getEnv()) {
      if (variable.getValueFrom() == null) {
        String value = Optional.ofNullable(variable.getValue()).orElse("");
        values.put(variable.getName(), expand(value));
      } else {
        source(variable.getName(), variable.getValueFrom())
            .ifPresent(value -> values.put(variable.getName(), value));
      }
    }
    return values;
  }

  private Map<String, byte[]> contents(EnvFromSource source) {
    if (source.getConfigMapRef() != null) {
      return contents(
          "ConfigMap", source.getConfigMapRef().getName(), source.getConfigMapRef().getOptional());
    }
    return contents("Secret", source.getSecretRef().getName(), source.getSecretRef().getOptional());
  }

  private Map<String, byte[]> contents(String kind, String name, @Nullable Boolean isOptional) {
    if (Boolean.TRUE.equals(isOptional) && objects.find(kind, name).isEmpty()) {
      return Map.of();
    }
    return objects.contents(kind, name);
  }

  private Optional<String> source(String variable, EnvVarSource source) {
    if (source.getSecretKeyRef() != null) {
      SecretKeySelector secret = source.getSecretKeyRef();
      return key("Secret", secret.getName(), secret.getKey(), secret.getOptional());
    }
    if (source.getConfigMapKeyRef() != null) {
      ConfigMapKeySelector map = source.getConfigMapKeyRef();
      return key("ConfigMap", map.getName(), map.getKey(), map.getOptional());
    }
    if (source.getFieldRef() != null) {
      return Optional.of(field(source.getFieldRef().getFieldPath()));
    }
    throw new IllegalArgumentException("the runner does not know the source of " + variable);
  }

  private Optional<String> key(String kind, String name, String key, @Nullable Boolean isOptional) {
    byte[] value = contents(kind, name, isOptional).get(key);
    if (value == null && !Boolean.TRUE.equals(isOptional)) {
      throw new ClusterObjects.MissingReference(kind + " '" + name + "' has no key '" + key + "'");
    }
    return Optional.ofNullable(value).map(bytes -> new String(bytes, UTF_8));
  }

  private String field(String path) {
    Matcher label = LABEL.matcher(path);
    String value = label.matches() ? labels.getOrDefault(label.group(1), "") : fields.get(path);
    if (value == null) {
      throw new IllegalArgumentException("the runner does not know the field " + path);
    }
    return value;
  }

  /// Replaces `$(NAME)` where the variable is known, and `$$` by a dollar.
  String expand(String text) {
    return REFERENCE
        .matcher(text)
        .replaceAll(found -> {
          String name = found.group(2);
          String value = name == null ? "$" : values.getOrDefault(name, found.group());
          return Matcher.quoteReplacement(value);
        });
  }

  List<String> expand(List<String> texts) {
    return texts.stream().map(this::expand).toList();
  }
}
