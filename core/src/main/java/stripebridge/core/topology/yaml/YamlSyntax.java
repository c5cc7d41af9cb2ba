package stripebridge.core.topology.yaml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import stripebridge.core.problem.ProblemsException;
import stripebridge.core.topology.yaml.YamlNode.Position;

/// Explains YAML syntax errors in our own words, at the right place.
///
/// Jackson reports the place of the last token that it read. The place of the error is in the
/// cause, the exception of the underlying YAML parser.
final class YamlSyntax {
  private YamlSyntax() {}

  static ProblemsException failure(JsonProcessingException failure, LocatedProblems problems) {
    if (failure.getCause() instanceof MarkedYAMLException cause) {
      String seen = cause.getProblem() == null ? "" : cause.getProblem();
      boolean endless = seen.contains("unexpected end of stream");
      Mark mark = endless ? cause.getContextMark() : cause.getProblemMark();
      return problems.fatal(position(mark), explain(seen));
    }
    JsonLocation location = failure.getLocation();
    Position at =
        location == null || location.getLineNr() < 1
            ? Position.START
            : new Position(location.getLineNr(), Math.max(1, location.getColumnNr()));
    boolean key = failure.getOriginalMessage().startsWith("Expected a field name");
    return problems.fatal(
        at, key ? "a key must be plain text, not a list, a mapping or an alias" : "not valid YAML");
  }

  /// Refuses characters that YAML does not allow; the parser would not report their place.
  ///
  /// @throws ProblemsException when there is one
  static void checkCharacters(String yaml, LocatedProblems problems) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < yaml.length(); i += Character.charCount(yaml.codePointAt(i))) {
      int c = yaml.codePointAt(i);
      if (!isAllowed(c)) {
        throw problems.fatal(
            new Position(line, column),
            String.format("the character U+%04X is not allowed in YAML", c));
      }
      column++;
      if (c == '\n') {
        line++;
        column = 1;
      }
    }
  }

  private static boolean isAllowed(int c) {
    if (c < 0x20) {
      return c == '\t' || c == '\n' || c == '\r';
    }
    boolean control = c >= 0x7F && c < 0xA0 && c != 0x85;
    boolean half = c >= 0xD800 && c <= 0xDFFF;
    return !control && !half && c != 0xFFFE && c != 0xFFFF;
  }

  private static Position position(@Nullable Mark mark) {
    return mark == null ? Position.START : new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static String explain(String seen) {
    if (seen.contains("TAB")) {
      return "tabs are not allowed for indentation; use spaces";
    }
    if (seen.contains("mapping values are not allowed here")) {
      return "unexpected ':'; the indentation is wrong, or a text needs quotes";
    }
    if (seen.contains("expected <block end>")) {
      return "the indentation does not match the lines above";
    }
    if (seen.contains("unexpected end of stream")) {
      return "the text that begins here never ends; is a quote missing?";
    }
    if (seen.contains("that cannot start any token")) {
      return "a value cannot begin with this character; put it in quotes";
    }
    // The parser's own words: they name tokens and single characters, never a value of the file.
    String line = seen.lines().findFirst().orElse("").strip();
    return "not valid YAML" + (line.isEmpty() ? "" : ": " + line);
  }
}
