package stripebridge.cli.validate.evidence;

import java.util.HashMap;
import java.util.Map;

/// Reads Prometheus' text format 0.0.4: one sample per line, comments after `#`.
/// https://prometheus.io/docs/instrumenting/exposition_formats/
final class PrometheusText {
  private final String line;
  private int at;

  private PrometheusText(String line) {
    this.line = line;
  }

  /// Every sample of a page.
  ///
  /// @throws IllegalArgumentException naming the line that violates the format
  static Map<Series, Double> parse(String page) {
    Map<Series, Double> numbers = new HashMap<>();
    int number = 0;
    for (String line : page.split("\n", -1)) {
      number++;
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("#")) {
        continue;
      }
      try {
        new PrometheusText(text).sample(numbers);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
      }
    }
    return numbers;
  }

  private void sample(Map<Series, Double> numbers) {
    String name = name();
    Map<String, String> labels = new HashMap<>();
    if (at < line.length() && line.charAt(at) == '{') {
      at++;
      labels(labels);
    }
    // A timestamp may follow; it is not needed here.
    String[] rest = line.substring(at).strip().split("[ \t]+", -1);
    Series series = Series.of(name, labels);
    if (rest.length > 2 || numbers.putIfAbsent(series, value(rest[0])) != null) {
      throw new IllegalArgumentException(
          rest.length > 2 ? "more than a value and a timestamp" : series + " appears twice");
    }
  }

  private String name() {
    int from = at;
    while (at < line.length() && isNamePart(line.charAt(at))) {
      at++;
    }
    if (from == at) {
      throw new IllegalArgumentException("no name at column " + (at + 1));
    }
    return line.substring(from, at);
  }

  private static boolean isNamePart(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == ':';
  }

  private void labels(Map<String, String> labels) {
    skipBlanks();
    while (peek() != '}') {
      String name = name();
      skipBlanks();
      expect('=');
      skipBlanks();
      expect('"');
      labels.put(name, quoted());
      skipBlanks();
      if (peek() == ',') {
        at++;
        skipBlanks();
      } else if (peek() != '}') {
        throw new IllegalArgumentException("no comma at column " + (at + 1));
      }
    }
    at++;
  }

  private String quoted() {
    StringBuilder text = new StringBuilder();
    while (peek() != '"') {
      char c = line.charAt(at++);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escaped = peek();
      at++;
      text.append(
          switch (escaped) {
            case 'n' -> '\n';
            case '\\', '"' -> escaped;
            default -> throw new IllegalArgumentException("escape \\" + escaped);
          });
    }
    at++;
    return text.toString();
  }

  private char peek() {
    if (at >= line.length()) {
      throw new IllegalArgumentException("the line ends early");
    }
    return line.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw new IllegalArgumentException("no " + c + " at column " + (at + 1));
    }
    at++;
  }

  private void skipBlanks() {
    while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
      at++;
    }
  }

  private static double value(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        try {
          yield Double.parseDouble(text);
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException("'" + text + "' is not a number", e);
        }
      }
    };
  }
}
