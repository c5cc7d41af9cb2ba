package stripebridge.cli.option;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import stripebridge.cli.CliContext;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.yaml.TopologyReader;

/// `--topology`, for commands that need a topology.
public final class TopologyOption {
  private static final String NAME = "topology.yaml";
  private static final String SHIPPED = "/stripebridge/" + NAME;

  @Option(
      names = "--topology",
      paramLabel = "FILE",
      description = OptionText.TOPOLOGY + "; topology.yaml here, or the shipped one, by default.")
  private @Nullable String file;

  /// The named topology, else `topology.yaml` in the working directory, else the one we ship.
  ///
  /// @throws stripebridge.core.problem.ProblemsException with every problem of the file
  public Topology read(CliContext context) {
    if (file != null) {
      return read(context, file);
    }
    return Files.exists(context.workingDirectory().resolve(NAME)) ? read(context, NAME) : shipped();
  }

  /// The topology that we ship.
  public static Topology shipped() {
    return read("the built-in " + NAME, shippedText());
  }

  /// The topology in a file.
  ///
  /// @throws stripebridge.core.problem.ProblemsException with every problem of the file
  public static Topology read(CliContext context, String file) {
    return read(file, InputFile.read(context, file));
  }

  private static Topology read(String name, byte[] text) {
    return TopologyReader.read(name, new String(text, StandardCharsets.UTF_8));
  }

  private static byte[] shippedText() {
    try (InputStream in = TopologyOption.class.getResourceAsStream(SHIPPED)) {
      if (in == null) {
        throw new IllegalStateException(SHIPPED + " is missing from our own jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + SHIPPED + " in our own jar", e);
    }
  }
}
