package stripebridge.core.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;

/// Makes well-formed JSON without repeated names, in many spellings: spaces, escapes, long and odd
/// numbers, any order of members.
public class RandomJson {
  private static final String[] SPACES = {"", "", "", " ", "\n  ", "\t", "\r\n"};
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "7",
    "-12",
    "2400",
    "1785748500",
    "1.5",
    "1.00",
    "24.000",
    "-0.0",
    "2e3",
    "1E-7",
    "1e400",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "123456789012345678901234567890",
    "253402300799",
    "253402300800",
    "-62167219200",
    "-62167219201"
  };
  private static final String[] PIECES = {
    "a",
    "Z",
    "9",
    "_",
    ".",
    " ",
    "/",
    "é",
    "日本",
    "📚",
    "}",
    "]",
    ",",
    ":",
    "{\\\"id\\\":1}",
    "\u2028",
    "\\\"",
    "\\\\",
    "\\/",
    "\\b",
    "\\f",
    "\\n",
    "\\r",
    "\\t",
    "\\u0000",
    "\\u00e9",
    "\\uD83D\\udcda",
    "\\ud83d",
    "\\udcda"
  };

  protected final RandomGenerator random;

  /// JSON that this generator decides.
  public RandomJson(RandomGenerator random) {
    this.random = random;
  }

  /// Any value, at most a few levels deep.
  public String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 6)) {
      case 0 -> "null";
      case 1 -> random.nextBoolean() ? "true" : "false";
      case 2, 3 -> number();
      case 4, 5 -> text();
      case 6 -> array(depth);
      default -> object(depth);
    };
  }

  /// A number, sometimes one that no Java type can hold.
  public String number() {
    return pick(NUMBERS);
  }

  /// A string of up to eight odd pieces.
  public String text() {
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(9); i > 0; i--) {
      text.append(pick(PIECES));
    }
    return text.append('"').toString();
  }

  /// A plain text as JSON, some of its characters escaped.
  public String written(String plain) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      text.append(chance(0.02) ? String.format("\\u%04x", (int) c) : String.valueOf(c));
    }
    return text.append('"').toString();
  }

  private String array(int depth) {
    List<String> elements = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      elements.add(space() + value(depth - 1) + space());
    }
    return elements.isEmpty() ? "[" + space() + "]" : "[" + String.join(",", elements) + "]";
  }

  /// An object with up to four members with random names.
  public String object(int depth) {
    Map<String, String> members = new LinkedHashMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      members.put(
          pick("id", "object", "type", "data", "customer", "x", "é 1", ""), value(depth - 1));
    }
    return object(members);
  }

  /// An object of these members, names to JSON, in a random order.
  public String object(Map<String, String> members) {
    List<Map.Entry<String, String>> shuffled = new ArrayList<>(members.entrySet());
    Collections.shuffle(shuffled, Random.from(random));
    List<String> written = new ArrayList<>();
    for (Map.Entry<String, String> member : shuffled) {
      written.add(space() + written(member.getKey()) + space() + ":" + space() + member.getValue());
    }
    return "{" + String.join(",", written) + space() + "}";
  }

  /// Random white space between two tokens.
  public String space() {
    return pick(SPACES);
  }

  /// One of these.
  public final String pick(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /// Returns true with the given probability.
  public final boolean chance(double share) {
    return random.nextDouble() < share;
  }
}
