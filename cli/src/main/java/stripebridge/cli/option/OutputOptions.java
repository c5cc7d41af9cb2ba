package stripebridge.cli.option;

import picocli.CommandLine.Option;
import stripebridge.cli.output.OutputFormat;

/// `--output`, for commands that print data.
public final class OutputOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "Print as one of: ${COMPLETION-CANDIDATES}.")
  private OutputFormat format = OutputFormat.TABLE;

  /// The requested format.
  public OutputFormat format() {
    return format;
  }
}
