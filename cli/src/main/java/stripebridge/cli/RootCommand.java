package stripebridge.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `stripebridge` alone: holds the commands, and the options that all of them have.
@Command(
    name = "stripebridge",
    description = "Carries Stripe webhook events into Solace PubSub+ and loses none.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Examples:", "  stripebridge envelope event.json", "  stripebridge config show"})
public final class RootCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it.
  private boolean help;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show where in the code a failure happened.")
  private boolean verbose;

  @Option(names = "--version", versionHelp = true, description = "Show the version and exit.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it.
  private boolean version;

  /// Whether a failure is reported with its stack trace.
  public boolean verbose() {
    return verbose;
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "No command given");
  }
}
