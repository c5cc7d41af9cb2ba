package stripebridge.cli.inbox;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.OptionText;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxException;
import stripebridge.service.inbox.InboxRecovery;
import stripebridge.service.inbox.InboxRecovery.Report;

/// `stripebridge inbox recover`: what can be read of a damaged file, as a new inbox.
@Command(
    name = "recover",
    description = "Write what can be read of a damaged inbox file into a new one.",
    footer = {
      "",
      "The damaged file and the log beside it (-wal) are only read; no serve may use them",
      "meanwhile. Every entry on an undamaged page comes through, whatever happened to the",
      "others. What did not is listed, with the ids of the events as far as they are",
      "known, and the exit code is 3. An entry whose content is damaged comes through too,",
      "and is parked by the serve that meets it.",
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
    context.out().println("recovered into " + target + ": " + counted(report));
    if (report.isWhole()) {
      return ExitCode.OK.value();
    }
    tellWhatIsNot(report);
    context
        .err()
        .println(
            "next: start serve with INBOX_PATH="
                + target
                + "; events that are missing can be sent again from Stripe's dashboard, for 15"
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
          "the damaged file is as it was; --to names a place with room for the new one");
    }
  }

  private static String counted(Report report) {
    return EnumSet.allOf(EntryState.class).stream()
        .map(state ->
            report.byState().getOrDefault(state, 0L) + " " + state.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private void tellWhatIsNot(Report report) {
    if (report.doubtful() > 0) {
      context
          .out()
          .println(report.doubtful() + " of them are not what was stored; serve parks them");
    }
    for (InboxRecovery.Lost lost : report.lost()) {
      context
          .out()
          .printf(
              "lost: entry %d, %s%s: %s%n",
              lost.sequence(),
              lost.eventId().orElse("its event id is not known"),
              lost.isWaiting() ? ", which waited" : "",
              lost.why());
    }
    for (InboxRecovery.Gap gap : report.gaps()) {
      context
          .out()
          .println(
              gap.first() == gap.last()
                  ? "no trace of entry " + gap.first() + ": forgotten after its time, or lost"
                  : "no trace of entries "
                      + gap.first()
                      + " to "
                      + gap.last()
                      + ": forgotten after their time, or lost");
    }
    for (long page : report.damagedPages()) {
      context.out().println("damaged: page " + page);
    }
  }
}
