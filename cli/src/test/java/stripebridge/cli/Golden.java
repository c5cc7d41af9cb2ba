package stripebridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Generated files of the project, reviewed as diffs.
public final class Golden {
  private Golden() {}

  /// Compares a golden file with the generated text; `-Dgolden.update=true` writes the file
  /// instead.
  ///
  /// @param file relative to the root of the project
  public static void compare(Path file, String generated) throws IOException {
    Path golden = Path.of("").toAbsolutePath().resolveSibling(file);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(golden.getParent());
      Files.writeString(golden, generated);
    }
    assertThat(generated)
        .as("%s; 'make golden' updates it", file)
        .isEqualTo(Files.readString(golden));
  }
}
