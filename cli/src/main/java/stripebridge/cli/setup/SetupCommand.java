package stripebridge.cli.setup;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.option.HiddenAlias;

/// `stripebridge setup`: completes an archive after it was unpacked.
@Command(
    name = "setup",
    description = "Fetch Solace's client library, once, after unpacking an archive.",
    footer = {
      "",
      "Archives of stripebridge do not hold sol-jcsmp, which has a licence of its own.",
      "This command shows where that licence is, asks, fetches the jar, compares its",
      "SHA-256 with the digest that is part of this build, and makes the AOT caches",
      "with which commands start faster. A second run changes nothing.",
      "",
      "A PLACE is the https:// or http:// URL of the jar or of a Maven repository, or",
      "a file. Proxies are those of https_proxy, http_proxy, all_proxy and no_proxy, or",
      "of Java's properties.",
      "",
      "Examples:",
      "  stripebridge setup",
      "  stripebridge setup --accept-licence --from sol-jcsmp.jar"
    })
public final class SetupCommand implements Callable<Integer> {
  private static final Duration STALL_MAX = Duration.ofSeconds(30);

  @Option(
      names = "--accept-licence",
      description = "Accept the licence of Solace's client library without being asked.")
  private boolean accepted;

  @Option(
      names = "--from",
      paramLabel = "PLACE",
      description = "Take the library from here; from Maven Central by default.")
  private @Nullable String from;

  private final CliContext context;
  private final Optional<Installation> installation;
  private final Duration stallMax;

  private SetupCommand(CliContext context, Optional<Installation> installation, Duration stallMax) {
    this.context = context;
    this.installation = installation;
    this.stallMax = stallMax;
  }

  /// The command for the installation that this process runs from.
  public static CommandLine composed(CliContext context) {
    return composed(context, Installation.ofThisProcess(), STALL_MAX);
  }

  /// @param stallMax how long to wait for a server
  static CommandLine composed(
      CliContext context, Optional<Installation> installation, Duration stallMax) {
    CommandLine command = new CommandLine(new SetupCommand(context, installation, stallMax));
    HiddenAlias.add(command, "--yes", "--accept-licence");
    return HiddenAlias.add(command, "--accept-license", "--accept-licence");
  }

  @Override
  public Integer call() throws InterruptedException {
    Installation here =
        installation.orElseThrow(() ->
            CommandFailure.usage(
                "setup completes an unpacked archive, and this process does not run from one",
                "run bin/stripebridge of the archive"));
    Download download = new Download(context.environment(), stallMax);
    return new SetupRun(context, here, download).run(from, accepted).value();
  }
}
