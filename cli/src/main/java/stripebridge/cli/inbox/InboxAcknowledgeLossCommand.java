package stripebridge.cli.inbox;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.option.SettingOptions;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.InboxLoss;

/// `stripebridge inbox acknowledge-loss`: an operator confirms which events may be missing.
@Command(
    name = "acknowledge-loss",
    description = "Print which answered events may be missing, and stop reporting them.",
    footer = {
      "",
      "An inbox lacks events that Stripe considers delivered when its log was damaged",
      "or deleted, or when it was restored from an older copy. First fetch the events",
      "of the printed period from Stripe's list of events. /ready is 503 until this",
      "command runs.",
      "",
      "Example:",
      "  stripebridge inbox acknowledge-loss"
    })
public final class InboxAcknowledgeLossCommand implements Callable<Integer> {
  private final CliContext context;
  private final SettingOptions settings = SettingOptions.ofGroups(SettingGroup.INBOX);

  private InboxAcknowledgeLossCommand(CliContext context) {
    this.context = context;
  }

  /// The command with the options of the settings it needs.
  public static CommandLine composed(CliContext context) {
    InboxAcknowledgeLossCommand command = new InboxAcknowledgeLossCommand(context);
    return command.settings.addTo(new CommandLine(command));
  }

  @Override
  public Integer call() throws InterruptedException {
    return OpenInbox.use(context, settings.reader(context), this::acknowledge).value();
  }

  private ExitCode acknowledge(InboxAdmin inbox) throws InboxException, InterruptedException {
    List<InboxLoss> losses = inbox.losses();
    if (losses.isEmpty()) {
      context.err().println("there is no loss to acknowledge");
      return ExitCode.OK;
    }
    losses.forEach(loss -> context.out().println(LossText.of(loss)));
    if (inbox.acknowledgeLoss().outcome() == InboxAdmin.Outcome.UNANSWERED) {
      context.err().println("requested; the process that owns the inbox has not answered yet");
      return ExitCode.UNAVAILABLE;
    }
    context.err().println("acknowledged");
    return ExitCode.OK;
  }
}
