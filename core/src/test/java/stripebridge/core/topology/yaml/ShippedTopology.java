package stripebridge.core.topology.yaml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import stripebridge.core.testing.ProjectFiles;

/// The `topology.yaml` at the project's top level, as text.
public final class ShippedTopology {
  public static final String FILE = "topology.yaml";

  private ShippedTopology() {}

  public static String text() {
    try {
      return Files.readString(ProjectFiles.root().resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The text with the blocks of the operator username uncommented.
  static String withOperator() {
    return text().replaceAll("(?m)^  # (stripe-bridge-operator:|  .*)$", "  $1");
  }
}
