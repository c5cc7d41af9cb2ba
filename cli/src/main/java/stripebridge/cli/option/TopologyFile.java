package stripebridge.cli.option;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.yaml.TopologyReader;

/// Finds and reads the topology a command works with.
public final class TopologyFile {
  private static final String NAME = "topology.yaml";
  private static final String SHIPPED = "/stripebridge/" + NAME;

  private TopologyFile() {}

  /// The named file, else `topology.yaml` in the working directory, else the one we ship.
  ///
  /// @throws stripebridge.core.problem.ProblemsException with every problem of the file
  public static Topology read(CliContext context, @Nullable String named) {
    if (named != null) {
      return read(named, InputFile.read(context, named));
    }
    if (Files.exists(context.workingDirectory().resolve(NAME))) {
      return read(NAME, InputFile.read(context, NAME));
    }
    return read("the built-in " + NAME, shipped());
  }

  private static Topology read(String name, byte[] text) {
    return TopologyReader.read(name, new String(text, StandardCharsets.UTF_8));
  }

  private static byte[] shipped() {
    try (InputStream in = TopologyFile.class.getResourceAsStream(SHIPPED)) {
      if (in == null) {
        throw new IllegalStateException(SHIPPED + " is missing from our own jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + SHIPPED + " of our own jar", e);
    }
  }
}
