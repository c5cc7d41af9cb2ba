package stripebridge.core.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The `topology.yaml` at the project's top level, as text.
final class ShippedTopology {
  static final String FILE = "topology.yaml";

  private ShippedTopology() {}

  static String text() {
    try {
      return Files.readString(project().resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The text with the blocks of the operator username uncommented.
  static String withOperator() {
    return text().replaceAll("(?m)^  # (stripe-bridge-operator:|  .*)$", "  $1");
  }

  /// The project's top level; Maven runs a module's tests in the module.
  static Path project() {
    return Path.of("..").toAbsolutePath().normalize();
  }
}
