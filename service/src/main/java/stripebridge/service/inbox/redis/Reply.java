package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads Redis's replies as the client returns them: bytes, numbers and lists of these.
final class Reply {
  private Reply() {}

  static boolean isList(@Nullable Object reply) {
    return reply instanceof List<?>;
  }

  /// No reply counts as an empty list.
  static List<?> list(@Nullable Object reply) {
    return reply instanceof List<?> list ? list : List.of();
  }

  /// No reply counts as an empty text.
  static String text(@Nullable Object reply) {
    return switch (reply) {
      case byte[] bytes -> new String(bytes, UTF_8);
      case null -> "";
      default -> reply.toString();
    };
  }

  /// @throws NumberFormatException when it is not a number
  static long number(@Nullable Object reply) {
    return reply instanceof Long number ? number : Long.parseLong(text(reply));
  }

  /// A map of alternating names and values.
  static Map<String, byte[]> named(List<?> flat) {
    Map<String, byte[]> named = new HashMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      if (flat.get(i + 1) instanceof byte[] value) {
        named.put(text(flat.get(i)), value);
      }
    }
    return named;
  }

  static String text(Map<String, byte[]> values, String name) {
    return text(values.get(name));
  }

  /// 0 when the name is missing.
  static long number(Map<String, byte[]> values, String name) {
    String text = text(values, name);
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }
}
