package stripebridge.acceptance.deploy.compose;

import java.util.Map;
import java.util.function.Function;

/// Replaces variables in a text as Docker Compose does: `$NAME`, `${NAME}`, `${NAME:-default}`,
/// `${NAME:+replacement}`, `${NAME:?message}`, the same without the colon, and `$$` for a dollar.
/// What follows an operator may have variables too.
final class Interpolation {
  private final Map<String, String> variables;
  private final String text;
  private int position;

  private Interpolation(Map<String, String> variables, String text) {
    this.variables = variables;
    this.text = text;
  }

  /// The text with the values of its variables.
  ///
  /// @throws ComposeFileException when the text has another use of `$`, which Compose refuses or
  ///   leaves as it is, or when a required variable is missing
  static String of(String text, Map<String, String> variables) {
    return new Interpolation(variables, text).upTo(false);
  }

  private String upTo(boolean brace) {
    StringBuilder result = new StringBuilder();
    while (position < text.length()) {
      char next = text.charAt(position++);
      if (brace && next == '}') {
        return result.toString();
      }
      result.append(next == '$' ? variable() : String.valueOf(next));
    }
    if (brace) {
      throw invalid();
    }
    return result.toString();
  }

  private String variable() {
    if (position < text.length() && text.charAt(position) == '$') {
      position++;
      return "$";
    }
    boolean braced = position < text.length() && text.charAt(position) == '{';
    if (braced) {
      position++;
    }
    String name = name();
    if (!braced) {
      return variables.getOrDefault(name, "");
    }
    return operator(name);
  }

  private String name() {
    int start = position;
    while (position < text.length() && isOfName(text.charAt(position), position > start)) {
      position++;
    }
    if (position == start) {
      throw invalid();
    }
    return text.substring(start, position);
  }

  private static boolean isOfName(char letter, boolean isInside) {
    return letter == '_'
        || (letter >= 'A' && letter <= 'Z')
        || (letter >= 'a' && letter <= 'z')
        || (isInside && letter >= '0' && letter <= '9');
  }

  private String operator(String name) {
    String value = variables.getOrDefault(name, "");
    char operator = next();
    if (operator == '}') {
      return value;
    }
    boolean isSet = variables.containsKey(name);
    if (operator == ':') {
      isSet = !value.isEmpty();
      operator = next();
    }
    Function<String, String> choice = choice(operator, name, value, isSet);
    return choice.apply(upTo(true));
  }

  private Function<String, String> choice(char operator, String name, String value, boolean isSet) {
    return switch (operator) {
      case '-' -> other -> isSet ? value : other;
      case '+' -> other -> isSet ? other : "";
      case '?' ->
          message -> {
            if (isSet) {
              return value;
            }
            throw new ComposeFileException("variable " + name + " is required: " + message);
          };
      default -> throw invalid();
    };
  }

  private char next() {
    if (position == text.length()) {
      throw invalid();
    }
    return text.charAt(position++);
  }

  private ComposeFileException invalid() {
    return new ComposeFileException("'" + text + "' is not a text with variables");
  }
}
