package stripebridge.acceptance.deploy.image;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import stripebridge.acceptance.Project;

/// A `.dockerignore`, evaluated as builders do: a path is matched with its folders, and the last
/// pattern that matches decides. A pattern is anchored at the top; `*` and `?` stay within a
/// folder, `**` does not, and `!` keeps what earlier patterns left out.
final class IgnoreFile {
  private record Rule(boolean keeps, Pattern pattern) {}

  private final List<Rule> rules;

  private IgnoreFile(List<Rule> rules) {
    this.rules = rules;
  }

  /// Reads the project's.
  static IgnoreFile ofProject() throws IOException {
    return parse(Files.readString(Project.root().resolve(".dockerignore")));
  }

  static IgnoreFile parse(String text) {
    List<Rule> rules = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String pattern = line.strip();
      if (pattern.isEmpty() || line.startsWith("#")) {
        continue;
      }
      boolean keeps = pattern.startsWith("!");
      String path = keeps ? pattern.substring(1).strip() : pattern;
      if (path.contains("[") || path.contains("\\") || path.contains("..")) {
        throw new IllegalArgumentException("this reader does not know the pattern '" + path + "'");
      }
      path = path.replaceAll("/+$", "").replaceAll("^(\\./|/)+", "");
      rules.add(new Rule(keeps, Pattern.compile(regex(path))));
    }
    return new IgnoreFile(List.copyOf(rules));
  }

  private static String regex(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int at = 0; at < pattern.length(); at++) {
      char c = pattern.charAt(at);
      if (pattern.startsWith("**/", at)) {
        regex.append("(.*/)?");
        at += 2;
      } else if (pattern.startsWith("**", at)) {
        regex.append(".*");
        at++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  /// Whether the builder does not see the file.
  ///
  /// @param path relative to the project, with slashes
  boolean leavesOut(String path) {
    boolean out = false;
    for (Rule rule : rules) {
      if (rule.keeps() == out && matches(rule.pattern(), path)) {
        out = !rule.keeps();
      }
    }
    return out;
  }

  private static boolean matches(Pattern pattern, String path) {
    for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
      if (pattern.matcher(path.substring(0, end)).matches()) {
        return true;
      }
    }
    return pattern.matcher(path).matches();
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d patterns", rules.size());
  }
}
