package stripebridge.cli.option;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
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
    Source source = source(context);
    return TopologyReader.read(source.name(), source.text());
  }

  /// A topology's text.
  ///
  /// @param name for problems
  /// @param file where it comes from; empty for the shipped one, standard input and a pipe
  public record Source(String name, Optional<String> file, String text) {}

  /// Where the topology is, and its text.
  public Source source(CliContext context) {
    String name = file;
    if (name == null && Files.exists(context.workingDirectory().resolve(NAME))) {
      name = NAME;
    }
    return name == null
        ? new Source("the built-in " + NAME, Optional.empty(), text(shippedText()))
        : new Source(
            name,
            Optional.of(name).filter(it -> InputFile.isRepeatable(context, it)),
            text(InputFile.read(context, name)));
  }

  /// The topology that we ship.
  public static Topology shipped() {
    return TopologyReader.read("the built-in " + NAME, text(shippedText()));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// The topology in a file.
  ///
  /// @throws stripebridge.core.problem.ProblemsException with every problem of the file
  public static Topology read(CliContext context, String file) {
    return TopologyReader.read(file, text(InputFile.read(context, file)));
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
