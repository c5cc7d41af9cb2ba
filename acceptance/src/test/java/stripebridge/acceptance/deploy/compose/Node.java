package stripebridge.acceptance.deploy.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A part of a YAML document, with its place for messages.
record Node(String place, @Nullable Object value) {
  static Node of(String place, @Nullable Object value) {
    return new Node(place, value);
  }

  /// The same with the values of the variables in all its texts, but not in keys.
  Node interpolated(Map<String, String> variables) {
    return new Node(place, interpolated(place, value, variables));
  }

  private static @Nullable Object interpolated(
      String place, @Nullable Object value, Map<String, String> variables) {
    return switch (value) {
      case String text -> {
        try {
          yield Interpolation.of(text, variables);
        } catch (ComposeFileException e) {
          throw new ComposeFileException(place + ": " + e.getMessage());
        }
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach(
            (key, child) ->
                copy.put(
                    String.valueOf(key), interpolated(place + "." + key, child, variables)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        for (Object child : list) {
          copy.add(interpolated(place + "[" + copy.size() + "]", child, variables));
        }
        yield copy;
      }
      case null, default -> value;
    };
  }

  boolean isAbsent() {
    return value == null;
  }

  /// The mapping. It is the document's own: a change changes the document.
  @SuppressWarnings("unchecked")
  Map<String, Object> map() {
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw unexpected("a mapping");
  }

  Set<String> keys() {
    return map().keySet();
  }

  Node child(String key) {
    return new Node(place + "." + key, map().get(key));
  }

  /// The items of a list; empty when it is absent.
  List<Node> items() {
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      List<Node> nodes = new ArrayList<>();
      list.forEach(item -> nodes.add(new Node(place + "[" + nodes.size() + "]", item)));
      return nodes;
    }
    throw unexpected("a list");
  }

  /// A text, a number or a flag, as text.
  String text() {
    if (value == null || value instanceof Map || value instanceof List) {
      throw unexpected("a text");
    }
    return value.toString();
  }

  String text(String key, String byDefault) {
    Node child = child(key);
    return child.isAbsent() ? byDefault : child.text();
  }

  List<String> texts(String key) {
    return child(key).items().stream().map(Node::text).toList();
  }

  boolean flag(String key, boolean byDefault) {
    return Boolean.parseBoolean(text(key, Boolean.toString(byDefault)));
  }

  ComposeFileException unexpected(String expected) {
    return new ComposeFileException(place + " is not " + expected + ": " + value);
  }
}
