package stripebridge.acceptance.deploy.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// A part of a YAML document, with its place for messages.
record Node(String place, @Nullable Object value) {
  static Node of(String place, @Nullable Object value) {
    return new Node(place, value);
  }

  /// The same with the values of the variables in all its texts, but not in keys.
  Node interpolated(Map<String, String> variables) {
    return new Node(
        place,
        copied(
            place,
            value,
            (where, text) -> {
              try {
                return Interpolation.of(text, variables);
              } catch (ComposeFileException e) {
                throw new ComposeFileException(where + ": " + e.getMessage());
              }
            }));
  }

  /// The same with mappings and lists of its own.
  Node copied() {
    return new Node(place, copied(place, value, (_, text) -> text));
  }

  /// All texts of the value and those below it.
  List<String> allTexts() {
    List<String> texts = new ArrayList<>();
    copied(
        place,
        value,
        (_, text) -> {
          texts.add(text);
          return text;
        });
    return texts;
  }

  /// @param texts makes the new text of the place and the old text
  private static @Nullable Object copied(
      String place, @Nullable Object value, BinaryOperator<String> texts) {
    return switch (value) {
      case String text -> texts.apply(place, text);
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach(
            (key, child) -> copy.put(String.valueOf(key), copied(place + "." + key, child, texts)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        for (Object child : list) {
          copy.add(copied(place + "[" + copy.size() + "]", child, texts));
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
