package stripebridge.acceptance.deploy.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One instruction of a Dockerfile.
///
/// @param line where it begins, from 1
/// @param keyword in capitals
/// @param flags those before its text, such as `--from=build`
/// @param text the rest, its lines joined and variables not yet replaced
public record Instruction(int line, String keyword, List<String> flags, String text) {
  private static final Pattern FLAG = Pattern.compile("^(--[a-z-]+(=\\S*)?)\\s+");
  private static final Pattern DIRECTIVE = Pattern.compile("#\\s*(\\w+)\\s*=\\s*(\\S+)\\s*");
  private static final Pattern VARIABLE =
      Pattern.compile(
          "\\\\\\$|\\$(?:(?<bare>[A-Za-z_]\\w*)"
              + "|\\{(?<name>[A-Za-z_]\\w*)(?::(?<how>[-+])(?<other>[^}]*))?\\})");

  /// The instructions of a Dockerfile, in their order.
  static List<Instruction> parse(String text) {
    List<Instruction> found = new ArrayList<>();
    StringBuilder joined = new StringBuilder();
    int began = 0;
    int number = 0;
    boolean atTop = true;
    for (String line : text.split("\n", -1)) {
      number++;
      String bare = line.strip();
      Matcher directive = DIRECTIVE.matcher(bare);
      atTop = atTop && directive.matches();
      if (atTop && directive.group(1).equalsIgnoreCase("escape")) {
        throw new IllegalArgumentException(
            "line %d: this reader knows no other escape character".formatted(number));
      }
      // Comments and empty lines may also lie between the lines of one instruction.
      if (bare.isEmpty() || bare.startsWith("#")) {
        continue;
      }
      if (joined.isEmpty()) {
        began = number;
      }
      // Builders join lines as they are: only what lies behind the backslash goes.
      String kept = line.stripTrailing();
      if (kept.endsWith("\\")) {
        joined.append(kept, 0, kept.length() - 1);
      } else {
        found.add(of(began, joined.append(kept).toString().strip()));
        joined.setLength(0);
      }
    }
    if (!joined.isEmpty()) {
      throw new IllegalArgumentException("line %d: the last line continues".formatted(began));
    }
    return found;
  }

  private static Instruction of(int line, String joined) {
    String[] parts = joined.split("\\s+", 2);
    String rest = parts.length == 2 ? parts[1] : "";
    List<String> flags = new ArrayList<>();
    for (Matcher flag = FLAG.matcher(rest); flag.find(); flag = FLAG.matcher(rest)) {
      flags.add(flag.group(1));
      rest = rest.substring(flag.end());
    }
    Instruction made =
        new Instruction(line, parts[0].toUpperCase(Locale.ROOT), List.copyOf(flags), rest);
    if (rest.startsWith("<<") || rest.contains(" <<")) {
      throw made.refused("here-documents are not known to every builder");
    }
    return made;
  }

  /// The value of a flag, without its name: of `from` in `--from=build`.
  public Optional<String> flag(String name) {
    String start = "--" + name + "=";
    return flags.stream()
        .filter(flag -> flag.startsWith(start))
        .map(flag -> flag.substring(start.length()))
        .findFirst();
  }

  /// Whether the text is a JSON array, so that no shell runs it.
  public boolean isExecForm() {
    return text.startsWith("[") && json().isPresent();
  }

  /// The words of the exec form.
  ///
  /// @throws IllegalArgumentException when it is not in exec form
  public List<String> execForm() {
    return json().orElseThrow(() -> refused("is not a JSON array of strings"));
  }

  private Optional<List<String>> json() {
    try {
      return Optional.of(List.of(new ObjectMapper().readValue(text, String[].class)));
    } catch (JsonProcessingException | NullPointerException _) {
      return Optional.empty();
    }
  }

  /// The words of the text, or the elements of its JSON array, with variables replaced.
  List<String> words(Map<String, String> variables) {
    if (isExecForm()) {
      return execForm().stream().map(word -> replace(word, variables)).toList();
    }
    return Arrays.stream(split()).map(word -> replace(word, variables)).toList();
  }

  /// Splits at blanks outside of quotes, and removes the quotes. Between single quotes a dollar
  /// sign is one.
  private String[] split() {
    if (text.contains("\\\"") || text.contains("\\'")) {
      throw refused("this reader knows no quote after a backslash");
    }
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean isWord = false;
    char quote = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(quote == '\'' && c == '$' ? "\\$" : String.valueOf(c));
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        isWord = true;
      } else if (Character.isWhitespace(c)) {
        if (isWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        isWord = false;
      } else {
        word.append(c);
        isWord = true;
      }
    }
    if (quote != 0) {
      throw refused("a quote is not closed");
    }
    if (isWord) {
      words.add(word.toString());
    }
    return words.toArray(String[]::new);
  }

  /// Replaces `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME:+word}`; `\$` is a dollar sign. A
  /// variable without a value is replaced by nothing, as builders do.
  private static String replace(String text, Map<String, String> variables) {
    return VARIABLE
        .matcher(text)
        .replaceAll(match -> {
          if (match.group().equals("\\$")) {
            return Matcher.quoteReplacement("$");
          }
          String name = match.group("bare") == null ? match.group("name") : match.group("bare");
          String value = variables.getOrDefault(name, "");
          String other = match.group("other") == null ? "" : match.group("other");
          boolean isOther =
              match.group("how") != null && value.isEmpty() == match.group("how").equals("-");
          return Matcher.quoteReplacement(isOther ? replace(other, variables) : value);
        });
  }

  /// The exception for an instruction that cannot be read.
  IllegalArgumentException refused(String why) {
    return new IllegalArgumentException("line %d: %s %s: %s".formatted(line, keyword, text, why));
  }
}
