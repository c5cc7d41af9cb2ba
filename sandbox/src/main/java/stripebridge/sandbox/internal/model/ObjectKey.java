package stripebridge.sandbox.internal.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The full name of a configuration object: the names on its path, outermost first.
public record ObjectKey(ObjectKind kind, List<String> names) {

  /// Checks the number of names.
  ///
  /// @throws IllegalArgumentException unless there is one name per naming attribute of the path
  public ObjectKey {
    names = List.copyOf(names);
    if (names.size() != nameCount(kind)) {
      throw new IllegalArgumentException(
          kind.label() + " cannot be named by " + names.size() + " names");
    }
  }

  public static ObjectKey of(ObjectKind kind, String... names) {
    return new ObjectKey(kind, List.of(names));
  }

  public Optional<ObjectKey> parent() {
    return kind.parent().map(parent -> new ObjectKey(parent, names.subList(0, nameCount(parent))));
  }

  /// The key of a child of this object.
  public ObjectKey child(ObjectKind child, List<String> ownNames) {
    ArrayList<String> all = new ArrayList<>(names);
    all.addAll(ownNames);
    return new ObjectKey(child, all);
  }

  /// The name among its siblings; for a composite name, its last part.
  public String name() {
    return names.getLast();
  }

  /// The names by the attributes that hold them.
  public Map<String, String> asAttributes() {
    LinkedHashMap<String, String> attributes = new LinkedHashMap<>();
    Iterator<String> next = names.iterator();
    for (ObjectKind level : path(kind)) {
      level.ownNames().forEach(name -> attributes.put(name, next.next()));
    }
    return attributes;
  }

  @Override
  public String toString() {
    return kind.label() + " '" + String.join("/", names) + "'";
  }

  /// The kinds from the outermost down to the given one.
  static List<ObjectKind> path(ObjectKind kind) {
    ArrayList<ObjectKind> path = new ArrayList<>();
    for (Optional<ObjectKind> level = Optional.of(kind);
        level.isPresent();
        level = level.get().parent()) {
      path.add(level.get());
    }
    Collections.reverse(path);
    return path;
  }

  private static int nameCount(ObjectKind kind) {
    return path(kind).stream().mapToInt(level -> level.ownNames().size()).sum();
  }
}
