package stripebridge.cli.provision;

import java.util.ArrayList;
import java.util.List;
import stripebridge.cli.CliContext;
import stripebridge.cli.output.ConfirmationPrompt;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.OutputFormat;
import stripebridge.core.topology.plan.Change;

/// Asks before anything is deleted or interrupted. Off a terminal, `--yes` is required.
final class Confirmation {
  private final CliContext context;
  private final ProvisionRequest request;
  private final String vpn;

  Confirmation(CliContext context, ProvisionRequest request, String vpn) {
    this.context = context;
    this.request = request;
    this.vpn = vpn;
  }

  /// Fails unless the answer is yes. Nothing is touched then.
  void ask(PermittedPlan plan) {
    String what = what(plan);
    if (what.isEmpty() || request.yes()) {
      return;
    }
    // With JSON or YAML output nobody has seen the plan.
    ConfirmationPrompt.requireTerminal(
        context.terminal() && request.output() == OutputFormat.TABLE,
        what,
        "look at the plan with --dry-run, then pass --yes");
    if (request.destroy()) {
      ConfirmationPrompt.requireName(context, what, vpn, "the name of the message VPN");
    } else {
      ConfirmationPrompt.requireYes(context, what);
    }
  }

  /// The question; empty when there is nothing to ask.
  private static String what(PermittedPlan plan) {
    List<String> parts = new ArrayList<>();
    long deletions = plan.count(step -> step.isWork() && step.change() instanceof Change.Delete);
    if (deletions > 0) {
      parts.add(Counted.of(deletions, "object") + " will be deleted");
    }
    long interruptions = plan.count(Step::interrupts);
    if (interruptions > 0) {
      parts.add(
          Counted.of(interruptions, "change")
              + " will disconnect consumers or clients for a moment");
    }
    return String.join(" and ", parts);
  }
}
