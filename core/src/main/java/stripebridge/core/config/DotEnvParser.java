package stripebridge.core.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stripebridge.core.problem.Problems;

/// Parses the text of one `.env` file. A line that makes no sense may be part of a secret, so a
/// problem never quotes it.
final class DotEnvParser {
  private static final Pattern KEY =
      Pattern.compile("[ \\t]*(?:export[ \\t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \\t]*=[ \\t]*");

  private static final Pattern COMMENT = Pattern.compile("[ \\t]#");

  private final String text;
  private final List<DotEnv.Entry> entries = new ArrayList<>();
  private final Problems problems = new Problems();
  private final Map<String, Integer> lineOfKey = new HashMap<>();
  private int at;
  private int line = 1;

  DotEnvParser(String text) {
    String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
    this.text = withoutMark.replace("\r\n", "\n").replace('\r', '\n');
  }

  DotEnv parse() {
    while (at < text.length()) {
      readLine();
    }
    return new DotEnv(entries, problems.found());
  }

  private void readLine() {
    String content = text.substring(at, endOfLine()).strip();
    if (content.isEmpty() || content.startsWith("#")) {
      skipLine();
      return;
    }
    Matcher key = KEY.matcher(text).region(at, endOfLine());
    if (!key.lookingAt()) {
      refuse(line, "expected KEY=value, a comment or a blank line");
      skipLine();
      return;
    }
    at = key.end();
    char first = at < text.length() ? text.charAt(at) : '\n';
    switch (first) {
      case '"' -> readDoubleQuoted(key.group(1));
      case '\'' -> readSingleQuoted(key.group(1));
      default -> readUnquoted(key.group(1));
    }
  }

  private void readUnquoted(String key) {
    String rest = text.substring(at, endOfLine());
    Matcher comment = COMMENT.matcher(rest);
    int end = comment.find() ? comment.start() : rest.length();
    boolean isComment = rest.startsWith("#") && text.charAt(at - 1) != '=';
    String value = isComment ? "" : rest.substring(0, end).strip();
    if (value.contains("${")) {
      refuseExpansion();
      addUnreadable(key, line);
    } else {
      add(key, value, line);
    }
    skipLine();
  }

  private void readSingleQuoted(String key) {
    int close = text.indexOf('\'', at + 1);
    if (close < 0 || close >= endOfLine()) {
      refuse(line, "a single-quoted value must end on the same line");
      addUnreadable(key, line);
      skipLine();
      return;
    }
    String value = text.substring(at + 1, close);
    at = close + 1;
    if (endsCleanly()) {
      add(key, value, line);
    } else {
      addUnreadable(key, line);
    }
    skipLine();
  }

  private void readDoubleQuoted(String key) {
    int keyLine = line;
    int close = closingQuote();
    if (close < 0) {
      refuse(keyLine, "a double-quoted value begins here and is never closed");
      addUnreadable(key, keyLine);
      // The lines below are most likely entries of their own.
      skipLine();
      return;
    }
    Optional<String> value = unescaped(at + 1, close);
    at = close + 1;
    if (endsCleanly() && value.isPresent()) {
      add(key, value.get(), keyLine);
    } else {
      addUnreadable(key, keyLine);
    }
    skipLine();
  }

  /// The index of the closing double quote, or -1.
  private int closingQuote() {
    int i = at + 1;
    while (i < text.length() && text.charAt(i) != '"') {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return i < text.length() ? i : -1;
  }

  /// The text between double quotes, or empty when part of it is refused. Counts its lines.
  private Optional<String> unescaped(int from, int to) {
    boolean isLegal = true;
    StringBuilder value = new StringBuilder();
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
        c = text.charAt(i);
        isLegal &= appendEscaped(c, value);
      } else if (text.startsWith("${", i)) {
        refuseExpansion();
        isLegal = false;
      } else {
        value.append(c);
      }
      if (c == '\n') {
        line++;
      }
    }
    return isLegal ? Optional.of(value.toString()) : Optional.empty();
  }

  /// Appends the character that an escape stands for. Returns false for an unknown escape.
  private boolean appendEscaped(char c, StringBuilder value) {
    switch (c) {
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case '"', '\\', '$' -> value.append(c);
      default -> {
        refuse(
            line,
            "double quotes only allow the escapes \\n \\r \\t \\\" \\\\ \\$; use single quotes"
                + " for a literal backslash");
        return false;
      }
    }
    return true;
  }

  /// Whether only a comment follows the closing quote.
  private boolean endsCleanly() {
    String rest = text.substring(at, endOfLine()).strip();
    if (rest.isEmpty() || rest.startsWith("#")) {
      return true;
    }
    refuse(line, "unexpected text after the closing quote");
    return false;
  }

  private void add(String key, String value, int keyLine) {
    if (isFirst(key, keyLine)) {
      entries.add(new DotEnv.Entry(key, new Secret(value), keyLine));
    }
  }

  private void addUnreadable(String key, int keyLine) {
    if (isFirst(key, keyLine)) {
      entries.add(new DotEnv.Entry(key, null, keyLine));
    }
  }

  private boolean isFirst(String key, int keyLine) {
    Integer earlier = lineOfKey.putIfAbsent(key, keyLine);
    if (earlier != null) {
      // Only the names of settings are quoted: a line of a Base64 secret can look like a key.
      String name = Settings.variables().contains(key) ? key : "this key";
      refuse(keyLine, name + " is already set on line " + earlier);
    }
    return earlier == null;
  }

  private void refuseExpansion() {
    refuse(
        line, "${…} is not expanded here: write the value, or use single quotes for a literal ${");
  }

  private void refuse(int where, String what) {
    problems.add(DotEnv.place(where), what);
  }

  private int endOfLine() {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  private void skipLine() {
    at = endOfLine() + 1;
    line++;
  }
}
