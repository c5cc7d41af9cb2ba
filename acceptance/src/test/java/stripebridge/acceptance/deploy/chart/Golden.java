package stripebridge.acceptance.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import stripebridge.acceptance.Project;

/// Files that are made from the chart or for it, and reviewed as diffs.
final class Golden {
  private Golden() {}

  /// Compares a golden file with the generated text, or writes it with `-Dgolden.update=true`.
  ///
  /// @param file from the top of the project
  static void compare(String file, String made) {
    Path golden = Project.root().resolve(file);
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(golden.getParent());
        Files.writeString(golden, made);
      }
      assertThat(made)
          .as("%s; 'make golden' rewrites it", file)
          .isEqualTo(Files.isRegularFile(golden) ? Files.readString(golden) : "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
