package stripebridge.acceptance.deploy.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// `docs/compose.md`.
final class ComposePage {
  private static final Pattern PROFILE = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");

  private ComposePage() {}

  static String text(Path root) {
    try {
      return Files.readString(root.resolve("docs").resolve("compose.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The profiles in its table.
  static Set<String> profiles(Path root) {
    String page = text(root);
    String table = page.substring(page.indexOf("| profile |"));
    return PROFILE
        .matcher(table.substring(0, table.indexOf("\n\n")))
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
