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
import stripebridge.cli.option.SettingOptions;
import stripebridge.cli.output.ConfirmationPrompt;
import stripebridge.cli.output.PrivateFile;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxException;

/// `stripebridge inbox discard`: takes an entry out for good, after its event is in a file.
@Command(
    name = "discard",
    description = "Take an entry out for good. Its event is written to a file first.",
    footer = {
      "",
      "The id is remembered like that of a published event: were Stripe to send it again,",
      "it would be answered and not published.",
      "",
      "Example:",
      "  stripebridge inbox discard evt_1SdF006Qm8VtBn2LdWzab12CdEf --yes"
    })
public final class InboxDiscardCommand implements Callable<Integer> {
  // Stripe's are of these. Any sender with the endpoint secret may choose others, such as `../`.
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-]+");

  @Parameters(paramLabel = "ID", description = "The event's id.")
  private String id = "";

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Write the event there; else to ID.json in the working directory.")
  private @Nullable String to;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofSubjects(SettingGroup.INBOX);

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
                    "cannot discard '" + id + "': it is published or discarded already", null));
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
                    + " is to be discarded; the process that has the inbox has not answered yet."
                    + " Its event is in "
                    + file);
        yield ExitCode.UNAVAILABLE;
      }
      case DAMAGED -> {
        remove(file);
        throw new CommandFailure(
            ExitCode.UNAVAILABLE,
            "cannot discard '" + id + "': the inbox is damaged there, and it cannot be changed",
            "stop serve, and have 'stripebridge inbox recover' write what can be read into a new"
                + " inbox");
      }
      case NOT_FOUND, IN_FLIGHT, NOT_APPLICABLE -> {
        remove(file);
        throw new CommandFailure(
            ExitCode.UNAVAILABLE,
            "cannot discard '" + id + "': it is on its way to the broker, or there by now",
            "'stripebridge inbox show " + id + "' says which; nothing was changed");
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
          "cannot name a file after '" + id + "': only letters, digits, _ and - go into its name",
          "name the file with --to; nothing was touched");
    }
    return context.workingDirectory().resolve(to == null ? id + ".json" : to);
  }

  /// On the disk, for this user only, before anything is taken out.
  private static void write(Path file, byte[] body) {
    try (PrivateFile created = PrivateFile.create(file)) {
      try {
        created.write(body);
        created.force();
      } catch (IOException e) {
        // Else it would be in the way of the next try.
        remove(file);
        throw e;
      }
    } catch (IOException e) {
      throw CommandFailure.usage(
          "cannot write the event to '" + file + "': " + e.getMessage(),
          "name another file with --to; nothing was touched");
    }
  }

  private static void remove(Path file) {
    try {
      Files.delete(file);
    } catch (IOException _) {
      // One copy more than there need be.
    }
  }
}
