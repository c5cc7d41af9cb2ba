package stripebridge.cli.inbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.OptionText;
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.ConfirmationPrompt;
import stripebridge.cli.output.PrivateFile;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxException;

/// `stripebridge inbox discard`: removes an entry for good, once its event is in a file.
@Command(
    name = "discard",
    description = "Remove an entry for good, after writing its event to a file.",
    footer = {
      "",
      "The file must not exist yet, and only you can read it. The event's id stays",
      "known: if Stripe sends the event again, it is answered and not published.",
      "",
      "Example:",
      "  stripebridge inbox discard evt_1SdF006Qm8VtBn2LdWzab12CdEf --yes"
    })
public final class InboxDiscardCommand implements Callable<Integer> {
  // Stripe's ids match. Any sender with the endpoint secret can choose others, such as `../`.
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-]+");

  @Parameters(paramLabel = "ID", description = "The event's id.")
  private String id = "";

  @Option(names = "--yes", description = OptionText.YES)
  private boolean yes;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = OptionText.TO + "; ID.json by default.")
  private @Nullable String to;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofGroups(SettingGroup.INBOX);

  private InboxDiscardCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    InboxDiscardCommand command = new InboxDiscardCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    return OpenInbox.use(context, settings.reader(context), this::discard).value();
  }

  private ExitCode discard(InboxAdmin inbox) throws InboxException, InterruptedException {
    if (inbox.find(id).isEmpty()) {
      throw CommandFailure.usage(
          "cannot discard '" + id + "': the inbox has no such event",
          "'stripebridge inbox list' shows what there is");
    }
    byte[] body =
        inbox
            .body(id)
            .orElseThrow(() ->
                CommandFailure.usage(
                    "cannot discard '" + id + "': it is already published or discarded", null));
    Path file = file();
    confirm();
    write(file, body);
    InboxAdmin.Answer answer = inbox.discard(id);
    return switch (answer.outcome()) {
      case DONE -> {
        context.out().println(id + " is discarded; its event is in " + file);
        yield ExitCode.OK;
      }
      case UNANSWERED -> {
        context
            .out()
            .println(
                id
                    + " will be discarded; the process that owns the inbox has not answered yet."
                    + " Its event is in "
                    + file);
        yield ExitCode.UNAVAILABLE;
      }
      case DAMAGED -> {
        remove(file);
        throw new CommandFailure(
            ExitCode.UNAVAILABLE,
            "cannot discard '" + id + "': its entry is damaged and cannot be changed",
            "stop serve, and write what is readable into a new inbox with 'stripebridge inbox"
                + " recover'");
      }
      case NOT_FOUND, IN_FLIGHT, NOT_APPLICABLE -> {
        remove(file);
        throw new CommandFailure(
            ExitCode.UNAVAILABLE,
            "cannot discard '" + id + "': it is in flight to the broker, or already published",
            "nothing was changed; see its state with 'stripebridge inbox show " + id + "'");
      }
    };
  }

  private void confirm() {
    if (yes) {
      return;
    }
    ConfirmationPrompt.requireName(context, "'" + id + "' will never be published", id, "its id");
  }

  private Path file() {
    if (to == null && !FILE_NAME.matcher(id).matches()) {
      throw CommandFailure.usage(
          "cannot name a file after '" + id + "': only letters, digits, _ and - are allowed",
          "nothing was changed; name the file with --to");
    }
    return context.workingDirectory().resolve(to == null ? id + ".json" : to);
  }

  /// Writes the event to disk, readable by this user only, before the entry is removed.
  private static void write(Path file, byte[] body) {
    try (PrivateFile created = PrivateFile.create(file)) {
      try {
        created.write(body);
        created.force();
      } catch (IOException e) {
        // Otherwise the file would make the next attempt fail.
        remove(file);
        throw e;
      }
    } catch (IOException e) {
      throw CommandFailure.usage(
          "cannot write the event to '" + file + "': " + e.getMessage(),
          "nothing was changed; name another file with --to");
    }
  }

  private static void remove(Path file) {
    try {
      Files.delete(file);
    } catch (IOException _) {
      // A superfluous copy does no harm.
    }
  }
}
