package stripebridge.cli.inbox;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.SettingOptions;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxAdmin.Answer;
import stripebridge.core.inbox.InboxException;

/// `stripebridge inbox retry`: makes parked entries wait for publication again.
@Command(
    name = "retry",
    description = "Publish parked entries again, and refused ones without further delay.",
    footer = {
      "",
      "Examples:",
      "  stripebridge inbox retry evt_1SdF006Qm8VtBn2LdWzab12CdEf",
      "  stripebridge inbox retry --all-parked"
    })
public final class InboxRetryCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", arity = "0..*", description = "Event ids.")
  private List<String> ids = List.of();

  @Option(names = "--all-parked", description = "Retry all parked entries.")
  private boolean allParked;

  @Spec private CommandSpec spec;

  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofGroups(SettingGroup.INBOX);

  private InboxRetryCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    InboxRetryCommand command = new InboxRetryCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (ids.isEmpty() != allParked) {
      throw new ParameterException(spec.commandLine(), "Name event ids, or pass --all-parked");
    }
    return OpenInbox.use(context, settings.reader(context), this::retry).value();
  }

  private ExitCode retry(InboxAdmin inbox) throws InboxException, InterruptedException {
    if (allParked) {
      Answer answer = inbox.retryAllParked();
      boolean isDone = answer.outcome() == InboxAdmin.Outcome.DONE;
      context
          .out()
          .println(isDone ? answer.count() + " wait again" : "parked entries " + unanswered());
      return isDone ? ExitCode.OK : ExitCode.UNAVAILABLE;
    }
    ExitCode code = ExitCode.OK;
    for (String id : ids) {
      Answer answer = inbox.retry(id);
      String what =
          switch (answer.outcome()) {
            case DONE -> "waits again";
            case NOT_FOUND -> "is not in the inbox";
            case IN_FLIGHT -> "is in flight to the broker";
            case NOT_APPLICABLE -> "is neither parked nor refused";
            case DAMAGED -> "cannot be read or changed: its entry is damaged";
            case UNANSWERED -> unanswered();
          };
      context.out().println(id + " " + what);
      if (answer.outcome() == InboxAdmin.Outcome.UNANSWERED) {
        return ExitCode.UNAVAILABLE;
      }
      code = answer.outcome() == InboxAdmin.Outcome.DONE ? code : ExitCode.DIFFERENCES;
    }
    return code;
  }

  private static String unanswered() {
    return "will wait again; the process that owns the inbox has not answered yet";
  }
}
