package stripebridge.core.config;

import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.core.problem.Problem;

/// The content of a `.env` file.
///
/// Each line is `KEY=value`, `export KEY=value`, a comment (`#`) or blank. An unquoted value ends
/// at the end of the line or at a `#` after a space; `'…'` is literal; `"…"` may span lines and has
/// the escapes `\n \r \t \" \\ \$`. Nothing is expanded: an unescaped `${` outside single quotes is
/// a problem. So are a key set twice and any other line.
///
/// @param entries the values, in the order of the file
/// @param problems problems of the file itself; they never contain any part of a value
public record DotEnv(List<Entry> entries, List<Problem> problems) {
  /// How messages call the file, as in `.env:3`.
  static final String NAME = ".env";

  /// A missing file.
  public static final DotEnv EMPTY = new DotEnv(List.of(), List.of());

  /// One value.
  ///
  /// @param value null when it cannot be read, which is then one of the problems
  /// @param line where it begins, from 1
  public record Entry(String key, @Nullable Secret value, int line) {
    /// Only its place: the key may be a misread line of a secret.
    @Override
    public String toString() {
      return place(line);
    }
  }

  public DotEnv {
    entries = List.copyOf(entries);
    problems = List.copyOf(problems);
  }

  /// Reads the text of a file; never fails.
  public static DotEnv parse(String text) {
    return new DotEnvParser(text).parse();
  }

  static String place(int line) {
    return NAME + ":" + line;
  }
}
