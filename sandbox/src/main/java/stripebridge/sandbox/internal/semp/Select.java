package stripebridge.sandbox.internal.semp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// The `select` parameter: which attributes of an object an answer shows.
///
/// Names may contain `*` and reach into nested objects with dots. Names to leave out begin with `-`
/// and follow the names to show. An empty list shows nothing.
final class Select {

  private static final int NAMES_MAX = 256;

  static final Select ALL = new Select(List.of("*"), List.of());

  private final List<String> shown;
  private final List<String> hidden;

  private Select(List<String> shown, List<String> hidden) {
    this.shown = shown;
    this.hidden = hidden;
  }

  static Select parse(String text) {
    if (text.isEmpty()) {
      return new Select(List.of(), List.of());
    }
    String[] names = text.split(",", -1);
    if (names.length > NAMES_MAX) {
      throw refuse("takes at most " + NAMES_MAX + " names, not " + names.length);
    }
    ArrayList<String> shown = new ArrayList<>();
    ArrayList<String> hidden = new ArrayList<>();
    for (String name : names) {
      if (name.startsWith("-")) {
        hidden.add(name.substring(1));
      } else if (hidden.isEmpty()) {
        shown.add(name);
      } else {
        throw refuse("has '" + name + "' after a name to leave out");
      }
    }
    return new Select(shown.isEmpty() ? List.of("*") : shown, hidden);
  }

  /// Refuses a name that matches no attribute of the object.
  ///
  /// @param known the names of all attributes, those of nested objects with dots
  Select checkedAgainst(Collection<String> known) {
    for (List<String> names : List.of(shown, hidden)) {
      for (String name : names) {
        Glob glob = new Glob(name);
        // A bare star selects everything, even when there is nothing.
        if (!name.equals("*") && known.stream().noneMatch(glob::matches)) {
          throw refuse("names '" + name + "', which matches no attribute of the object");
        }
      }
    }
    return this;
  }

  /// The selected part of an object.
  Map<String, Object> of(Map<String, Object> object) {
    return part("", object, globs(shown), globs(hidden));
  }

  private static Map<String, Object> part(
      String prefix, Map<String, Object> object, List<Glob> shown, List<Glob> hidden) {
    LinkedHashMap<String, Object> part = new LinkedHashMap<>();
    object.forEach((name, value) -> {
      String path = prefix + name;
      if (matchesAny(hidden, path)) {
        return;
      }
      boolean isShown = matchesAny(shown, path);
      if (value instanceof Map<?, ?> nested) {
        Map<String, Object> inner =
            part(
                path + ".",
                withStringKeys(nested),
                isShown ? List.of(new Glob("*")) : shown,
                hidden);
        if (isShown || !inner.isEmpty()) {
          part.put(name, inner);
        }
      } else if (isShown) {
        part.put(name, value);
      }
    });
    return part;
  }

  private static Map<String, Object> withStringKeys(Map<?, ?> nested) {
    LinkedHashMap<String, Object> copy = new LinkedHashMap<>();
    nested.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }

  private static List<Glob> globs(List<String> names) {
    return names.stream().map(Glob::new).toList();
  }

  private static boolean matchesAny(List<Glob> globs, String path) {
    return globs.stream().anyMatch(glob -> glob.matches(path));
  }

  private static RefusedException refuse(String why) {
    return new RefusedException(SempCode.INVALID_PARAMETER, "query parameter 'select' " + why);
  }
}
