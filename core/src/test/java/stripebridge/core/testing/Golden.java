package stripebridge.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Project files that the code generates and that are reviewed as diffs.
public final class Golden {
  private Golden() {}

  /// Compares a golden file with the generated text, or writes it with `-Dgolden.update=true`.
  ///
  /// @param file from the top of the project
  public static void compare(String file, String made) throws IOException {
    Path golden = ProjectFiles.root().resolve(file);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(golden.getParent());
      Files.writeString(golden, made);
    }
    assertThat(made).as("%s; 'make golden' rewrites it", file).isEqualTo(Files.readString(golden));
  }
}
