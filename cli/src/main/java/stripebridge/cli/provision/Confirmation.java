package stripebridge.cli.provision;

import java.util.ArrayList;
import java.util.List;
import stripebridge.cli.CliContext;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.Question;
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

  /// @throws CommandFailure when the answer is no, or nobody can answer; nothing was changed then
  void ask(PermittedPlan plan) {
    String what = what(plan);
    if (what.isEmpty() || request.yes()) {
      return;
    }
    // With JSON or YAML output the plan was not shown.
    if (!context.terminal() || request.output() != OutputFormat.TABLE) {
      throw CommandFailure.usage(
          "nothing was touched: " + what + ", and there is nobody to ask",
          "check the plan with --dry-run, then pass --yes");
    }
    if (request.destroy()) {
      Question.confirmByName(context, what, vpn, "the name of the message VPN");
    } else {
      Question.confirm(context, what);
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
