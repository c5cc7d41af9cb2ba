package stripebridge.cli.inbox;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.OptionText;
import stripebridge.core.inbox.InboxException;
import stripebridge.service.inbox.InboxRecovery;
import stripebridge.service.inbox.InboxRecovery.Report;

/// `stripebridge inbox recover`: writes the readable part of a damaged file into a new inbox.
@Command(
    name = "recover",
    description = "Write the readable part of a damaged inbox file into a new one.",
    footer = {
      "",
      "The damaged file and the log beside it (-wal) are only read; no serve may use",
      "them meanwhile. The new file must not exist yet. Every entry on an undamaged",
      "page is recovered. The others are listed, with their event ids where known, and",
      "the exit code is 3. An entry with damaged content is recovered too; serve parks",
      "it later.",
      "",
      "Examples:",
      "  stripebridge inbox recover stripebridge-inbox.db",
      "  stripebridge inbox recover stripebridge-inbox.db --to recovered.db"
    })
public final class InboxRecoverCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The damaged file.")
  private String file = "";

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = OptionText.TO + "; FILE.recovered by default.")
  private @Nullable String to;

  private final CliContext context;

  private InboxRecoverCommand(CliContext context) {
    this.context = context;
  }

  /// The command.
  public static CommandLine composed(CliContext context) {
    return new CommandLine(new InboxRecoverCommand(context));
  }

  @Override
  public Integer call() {
    String target = to == null ? file + ".recovered" : to;
    Report report = recover(path(file), path(target));
    context.out().println("recovered into " + target + ": " + EntryText.counts(report.byState()));
    if (report.isWhole()) {
      return ExitCode.OK.value();
    }
    printDamage(report);
    context
        .err()
        .println(
            "next: start serve with INBOX_PATH="
                + target
                + "; resend missing events from Stripe's dashboard, which keeps them for 15"
                + " days");
    return ExitCode.DIFFERENCES.value();
  }

  private Path path(String text) {
    return context.workingDirectory().resolve(text).normalize();
  }

  private static Report recover(Path from, Path to) {
    try {
      return InboxRecovery.run(from, to);
    } catch (InboxException.Unusable e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()), e.hint());
    } catch (InboxException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          String.valueOf(e.getMessage()),
          "the damaged file is unchanged; pass a place with room for the new one with --to");
    }
  }

  private void printDamage(Report report) {
    if (report.doubtful() > 0) {
      context
          .out()
          .println(report.doubtful() + " of them have damaged content; serve will park them");
    }
    for (InboxRecovery.Lost lost : report.lost()) {
      context
          .out()
          .printf(
              "lost: entry %d, %s%s: %s%n",
              lost.sequence(),
              lost.eventId().orElse("its event id is unknown"),
              lost.isWaiting() ? ", which was waiting" : "",
              lost.why());
    }
    for (InboxRecovery.Gap gap : report.gaps()) {
      context
          .out()
          .println(
              gap.first() == gap.last()
                  ? "no trace of entry " + gap.first() + ": expired, or lost"
                  : "no trace of entries "
                      + gap.first()
                      + " to "
                      + gap.last()
                      + ": expired, or lost");
    }
    for (long page : report.damagedPages()) {
      context.out().println("damaged: page " + page);
    }
  }
}
