package stripebridge.core.config;

import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.core.problem.Problem;

/// A `.env` file as it was written.
///
/// Each line is `KEY=value`, `export KEY=value`, a comment (`#`) or blank. An unquoted value ends
/// at the end of the line or at a `#` after a space; `'…'` is taken as it stands; `"…"` may span
/// lines and has the escapes `\n \r \t \" \\ \$`. Nothing is expanded: an unescaped `${` outside
/// single quotes is a problem, as are a key set twice and any other line.
///
/// @param entries the values, in the order of the file
/// @param problems what is wrong with the file itself; never with anything of a value
public record DotEnv(List<Entry> entries, List<Problem> problems) {
  /// What a place in the file is called: `.env:3`.
  static final String NAME = ".env";

  /// A missing file.
  public static final DotEnv EMPTY = new DotEnv(List.of(), List.of());

  /// One value.
  ///
  /// @param value absent when it cannot be read, which is then among the problems
  /// @param line where it begins, from 1
  public record Entry(String key, @Nullable Secret value, int line) {
    /// Its place alone: a line of a secret may have been taken for a key.
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
