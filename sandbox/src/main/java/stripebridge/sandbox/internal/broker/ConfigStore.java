package stripebridge.sandbox.internal.broker;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;

/// The configuration objects by name, siblings in order. Not thread-safe.
final class ConfigStore {
  private static final Comparator<ObjectKey> BY_NAMES =
      (one, other) -> {
        for (int i = 0; i < Math.min(one.names().size(), other.names().size()); i++) {
          int difference = one.names().get(i).compareTo(other.names().get(i));
          if (difference != 0) {
            return difference;
          }
        }
        return Integer.compare(one.names().size(), other.names().size());
      };

  private record Siblings(@Nullable ObjectKey parent, ObjectKind kind) {}

  private final Map<Siblings, TreeMap<ObjectKey, Attributes>> objects = new HashMap<>();

  Optional<Attributes> find(ObjectKey key) {
    TreeMap<ObjectKey, Attributes> siblings = objects.get(siblings(key));
    return siblings == null ? Optional.empty() : Optional.ofNullable(siblings.get(key));
  }

  void put(Attributes object) {
    ObjectKey key = object.key();
    objects.computeIfAbsent(siblings(key), _ -> new TreeMap<>(BY_NAMES)).put(key, object);
  }

  void remove(ObjectKey key) {
    TreeMap<ObjectKey, Attributes> siblings = objects.get(siblings(key));
    if (siblings != null) {
      siblings.remove(key);
      if (siblings.isEmpty()) {
        objects.remove(siblings(key));
      }
    }
  }

  /// The objects of a kind below a parent; without a parent, of the outermost kind.
  List<Attributes> children(@Nullable ObjectKey parent, ObjectKind kind) {
    TreeMap<ObjectKey, Attributes> siblings = objects.get(new Siblings(parent, kind));
    return siblings == null ? List.of() : List.copyOf(siblings.values());
  }

  private static Siblings siblings(ObjectKey key) {
    return new Siblings(key.parent().orElse(null), key.kind());
  }
}
