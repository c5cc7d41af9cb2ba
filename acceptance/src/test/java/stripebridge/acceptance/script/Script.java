package stripebridge.acceptance.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A script: lines to run, then the initial files, each after a line `-- name --`.
///
/// @param name for messages, such as `version.script`
/// @param files name, relative to the working directory, and text
record Script(String name, List<Line> lines, Map<String, String> files) {
  private static final Pattern FILE = Pattern.compile("-- (\\S+) --");

  /// A line to run.
  ///
  /// @param number from 1
  record Line(int number, String text) {}

  static Script parse(String name, String text) {
    List<Line> lines = new ArrayList<>();
    Map<String, StringBuilder> files = new LinkedHashMap<>();
    StringBuilder file = null;
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      Matcher start = FILE.matcher(line);
      if (start.matches()) {
        file = new StringBuilder();
        if (files.put(start.group(1), file) != null) {
          throw new ScriptFailure(
              "%s:%d: the script has two files named %s".formatted(name, number, start.group(1)));
        }
      } else if (file != null) {
        file.append(line).append('\n');
      } else if (!line.isBlank() && !line.strip().startsWith("#")) {
        lines.add(new Line(number, line.strip()));
      }
    }
    Map<String, String> texts = new LinkedHashMap<>();
    files.forEach((key, value) -> texts.put(key, value.toString()));
    return new Script(name, List.copyOf(lines), texts);
  }
}
