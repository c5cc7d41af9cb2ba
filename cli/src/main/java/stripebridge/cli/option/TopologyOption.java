package stripebridge.cli.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import stripebridge.cli.CliContext;
import stripebridge.core.topology.model.Topology;

/// `--topology`, for commands that need a topology.
public final class TopologyOption {
  @Option(
      names = "--topology",
      paramLabel = "FILE",
      description = OptionText.TOPOLOGY + "; topology.yaml here, or the shipped one, by default.")
  private @Nullable String file;

  /// The named topology, else `topology.yaml` in the working directory, else the one we ship.
  ///
  /// @throws stripebridge.core.problem.ProblemsException with every problem of the file
  public Topology read(CliContext context) {
    return TopologyFile.read(context, file);
  }
}
