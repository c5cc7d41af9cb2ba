package stripebridge.core.signature;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Guesses the original of a body that a proxy, a framework or an editor has rewritten. If the
/// signature matches one of these variants, the body was re-serialized on the way.
///
/// Works on text and never on values, so that numbers and strings keep their spelling.
final class BodyVariants {
  // Stripe's own objects are nested far less.
  private static final int NESTING_MAX = 200;

  private BodyVariants() {}

  /// Possible originals of a body, each with the change that then happened to it.
  static Map<String, byte[]> of(byte[] body) {
    Map<String, byte[]> variants = new LinkedHashMap<>();
    String text = new String(body, StandardCharsets.UTF_8);
    put(variants, "a line break was added at its end", text.stripTrailing());
    put(variants, "the line break at its end was removed", text + "\n");
    put(variants, "its line breaks were changed from LF to CRLF", text.replace("\r\n", "\n"));
    put(variants, "a byte order mark was put before it", text.replaceFirst("^\uFEFF", ""));
    String compact = compact(text.strip());
    String sorted = StripeOrder.of(compact);
    spellings(variants, "", text, compact);
    if (sorted != null && !sorted.equals(compact)) {
      spellings(variants, "its members were sorted", sorted, sorted);
    }
    variants.values().removeIf(variant -> Arrays.equals(variant, body));
    return variants;
  }

  /// Adds each escaping in each spacing.
  private static void spellings(
      Map<String, byte[]> variants, String order, String asItIs, String compact) {
    for (Escapes escapes : Escapes.values()) {
      String spelling = escapes.undone(compact);
      if (escapes != Escapes.NONE && spelling.equals(compact)) {
        continue;
      }
      put(variants, joined(order, escapes.what), escapes.undone(asItIs));
      String both = joined(order, escapes.what);
      put(variants, joined("it was parsed and pretty-printed", both), spelling);
      put(
          variants,
          joined("it was parsed and written without white space", both),
          indented(spelling, ""));
      put(
          variants,
          joined("it was parsed and written with different white space", both),
          indented(spelling, "\n"));
    }
  }

  /// Whether a JSON text has Stripe's format for webhooks.
  static boolean isIndented(String text) {
    String compact = compact(text.strip());
    return !compact.equals(text)
        && (text.equals(indented(compact, "")) || text.equals(indented(compact, "\n")));
  }

  private static String joined(String one, String other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one + other;
    }
    return one + ", and " + other;
  }

  private static void put(Map<String, byte[]> variants, String what, String text) {
    if (!what.isEmpty()) {
      variants.putIfAbsent(what, text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /// The same JSON without white space between its tokens.
  private static String compact(String json) {
    StringBuilder out = new StringBuilder(json.length());
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (inString && c == '\\' && i + 1 < json.length()) {
        out.append(c).append(json.charAt(++i));
        continue;
      }
      if (c == '"') {
        inString = !inString;
      }
      if (inString || !isWhiteSpace(c)) {
        out.append(c);
      }
    }
    return out.toString();
  }

  /// Stripe's format for webhooks: two spaces per level, one after a colon.
  ///
  /// @param insideEmpty the text between the brackets of an empty object or array
  private static String indented(String compact, String insideEmpty) {
    StringBuilder out = new StringBuilder(compact.length() * 2);
    boolean inString = false;
    int level = 0;
    for (int i = 0; i < compact.length(); i++) {
      char c = compact.charAt(i);
      if (inString) {
        out.append(c);
        if (c == '\\' && i + 1 < compact.length()) {
          out.append(compact.charAt(++i));
        } else if (c == '"') {
          inString = false;
        }
        continue;
      }
      boolean opens = c == '{' || c == '[';
      boolean closes = c == '}' || c == ']';
      boolean empty = opens && i + 1 < compact.length() && compact.charAt(i + 1) == c + 2;
      if (empty) {
        out.append(c);
        if (!insideEmpty.isEmpty()) {
          newLine(out, level);
        }
        out.append(compact.charAt(++i));
        continue;
      }
      if (closes) {
        newLine(out, --level);
      }
      out.append(c);
      if (level >= NESTING_MAX) {
        return compact; // Deeper levels would make the text grow quadratically.
      }
      if (opens) {
        newLine(out, ++level);
      } else if (c == ',') {
        newLine(out, level);
      } else if (c == ':') {
        out.append(' ');
      }
      inString = c == '"';
    }
    return out.toString();
  }

  private static void newLine(StringBuilder out, int level) {
    out.append('\n').append("  ".repeat(Math.max(0, level)));
  }

  /// Escapes that other encoders write and Stripe does not, and how to undo them.
  private enum Escapes {
    NONE(""),
    BEYOND_ASCII("its characters beyond ASCII were escaped as \\uXXXX") {
      @Override
      boolean isUndone(int code) {
        return code >= 0x80;
      }
    },
    SLASHES("its slashes were escaped as \\/, as PHP's json_encode does") {
      @Override
      boolean areSlashesUndone() {
        return true;
      }
    },
    PHP(
        "its slashes were escaped as \\/ and its characters beyond ASCII as \\uXXXX, as PHP's"
            + " json_encode does") {
      @Override
      boolean isUndone(int code) {
        return code >= 0x80;
      }

      @Override
      boolean areSlashesUndone() {
        return true;
      }
    },
    HTML(
        "& < > ' and similar characters were escaped as \\uXXXX, as HTML-safe encoders do (Go,"
            + " .NET, Gson)") {
      @Override
      boolean isUndone(int code) {
        return code < 0x80 || code == 0x2028 || code == 0x2029;
      }
    },
    ALL("every character that can be escaped was escaped") {
      @Override
      boolean isUndone(int code) {
        return true;
      }

      @Override
      boolean areSlashesUndone() {
        return true;
      }
    };

    private final String what;

    Escapes(String what) {
      this.what = what;
    }

    boolean isUndone(int code) {
      return false;
    }

    boolean areSlashesUndone() {
      return false;
    }

    String undone(String json) {
      StringBuilder out = new StringBuilder(json.length());
      for (int i = 0; i < json.length(); i++) {
        char c = json.charAt(i);
        if (c != '\\' || i + 1 == json.length()) {
          out.append(c);
          continue;
        }
        char next = json.charAt(i + 1);
        int code = next == 'u' ? hex(json, i + 2) : -1;
        if (code >= 0 && isUndone(code)) {
          out.append(spelled((char) code));
          i += 5;
        } else if (next == '/' && areSlashesUndone()) {
          out.append('/');
          i++;
        } else {
          out.append(c).append(next);
          i++;
        }
      }
      return out.toString();
    }

    /// Writes a character with the fewest escapes that JSON allows.
    private static String spelled(char c) {
      return switch (c) {
        case '"' -> "\\\"";
        case '\\' -> "\\\\";
        case '\b' -> "\\b";
        case '\f' -> "\\f";
        case '\n' -> "\\n";
        case '\r' -> "\\r";
        case '\t' -> "\\t";
        default -> c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c);
      };
    }
  }

  private static int hex(String json, int from) {
    if (from + 4 > json.length()) {
      return -1;
    }
    int code = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(json.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      code = code * 16 + digit;
    }
    return code;
  }

  private static boolean isWhiteSpace(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }
}
