package stripebridge.core.signature;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a body may have been before a proxy, a framework or an editor wrote it anew. If the
/// signature holds over one of these, the body was re-serialized on its way.
///
/// Works on bytes and never on values, so that numbers and strings keep their spelling.
final class BodyVariants {
  private BodyVariants() {}

  /// Bodies that this one may come of, each with what then happened to it.
  static Map<String, byte[]> of(byte[] body) {
    Map<String, byte[]> variants = new LinkedHashMap<>();
    String text = new String(body, StandardCharsets.UTF_8);
    put(variants, "a line break was added at its end", text.stripTrailing());
    put(variants, "the line break at its end was removed", text + "\n");
    put(variants, "its line breaks were changed from LF to CRLF", text.replace("\r\n", "\n"));
    put(variants, "a byte order mark was put before it", text.replaceFirst("^\uFEFF", ""));
    String compact = compact(text.strip());
    for (String spelling : new String[] {compact, unescaped(compact)}) {
      put(variants, "it was parsed and written with line breaks and spaces", spelling);
      put(variants, "it was parsed and written without its spaces", indented(spelling, ""));
      put(variants, "it was parsed and written in other spacing", indented(spelling, "\n"));
    }
    variants.values().removeIf(variant -> java.util.Arrays.equals(variant, body));
    return variants;
  }

  private static void put(Map<String, byte[]> variants, String what, String text) {
    String name = variants.containsKey(what) ? what + ", and its characters escaped" : what;
    variants.put(name, text.getBytes(StandardCharsets.UTF_8));
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

  /// The way Stripe writes its webhooks: two spaces a level, one after a colon.
  ///
  /// @param insideEmpty what stands between the brackets of an empty object or array
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

  /// Characters beyond ASCII in place of their `\\u` escapes.
  private static String unescaped(String json) {
    StringBuilder out = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c != '\\' || i + 1 == json.length()) {
        out.append(c);
        continue;
      }
      int code = json.charAt(i + 1) == 'u' ? hex(json, i + 2) : -1;
      if (code >= 0x80) {
        out.append((char) code);
        i += 5;
      } else {
        out.append(c).append(json.charAt(++i));
      }
    }
    return out.toString();
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
