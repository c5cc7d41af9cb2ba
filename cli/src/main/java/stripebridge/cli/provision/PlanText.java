package stripebridge.cli.provision;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.Ink;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.problem.Quoted;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.plan.Change;
import stripebridge.core.topology.plan.Change.AttributeChange;
import stripebridge.core.topology.plan.Plan;

/// Prints a plan for people: like a diff, 80 columns wide, without unchanged objects.
final class PlanText {
  private static final int COLUMNS = 80;
  private static final String PARTS = "    ";

  private final Ink ink;
  private final PrintStream out;

  PlanText(Ink ink, PrintStream out) {
    this.ink = ink;
    this.out = out;
  }

  /// Prints the differences and a line of totals.
  ///
  /// @param deleted the status of the queues to delete
  void print(PermittedPlan plan, Map<String, QueueStatus> deleted) {
    for (PermittedPlan.Group group : plan.groups()) {
      List<Step> parts =
          group.parts().stream().filter(step -> !(step.change() instanceof Change.Keep)).toList();
      if (!parts.isEmpty() || !(group.object().change() instanceof Change.Keep)) {
        step("", group.object(), deleted);
        parts.forEach(part -> step(PARTS, part, deleted));
      }
    }
    leftOut(plan.leftOut());
    out.println(totals(plan));
  }

  private void step(String indent, Step step, Map<String, QueueStatus> deleted) {
    String what = what(step.change().resource());
    if (step.obstacle() != null) {
      line(ink::cyan, indent, "? " + what + ":", step.obstacle());
      if (step.change() instanceof Change.Update update) {
        differences(indent, update.attributes());
      }
      return;
    }
    switch (step.change()) {
      case Change.Create _ -> out.println(ink.green(indent + "+ " + what));
      case Change.Keep _ -> out.println(indent + "  " + what);
      case Change.Delete(Resource resource) ->
          line(ink::red, indent, "- " + what, use(deleted.get(resource.owner())));
      case Change.Extra(Resource _, Change.Extra.Reason reason, List<Resource> usedBy) ->
          line(ink::magenta, indent, "! extra " + what, reason(reason, usedBy));
      case Change.Foreign(Resource _, boolean missing, List<AttributeChange> differences) -> {
        String whose = missing ? "missing, and others own it" : "others own it";
        line(ink::cyan, indent, "? " + what + ":", whose);
        differences(indent, differences);
      }
      case Change.Update update -> update(indent, what, update);
    }
  }

  private void differences(String indent, List<AttributeChange> differences) {
    differences.forEach(difference -> out.println(indent + PARTS + difference(difference)));
  }

  private void update(String indent, String what, Change.Update update) {
    String head = indent + "~ " + (update.interrupts() ? "(interrupts) " : "") + what;
    List<String> lines = update.attributes().stream().map(PlanText::difference).toList();
    if (lines.size() == 1 && head.length() + 2 + lines.getFirst().length() <= COLUMNS) {
      out.println(ink.yellow(head) + "  " + lines.getFirst());
      return;
    }
    out.println(ink.yellow(head));
    for (AttributeChange attribute : update.attributes()) {
      // Among several attributes, only the interrupting ones are marked.
      String mark = attribute.interrupts() ? "  (interrupts)" : "";
      out.println(indent + PARTS + difference(attribute) + (lines.size() > 1 ? mark : ""));
    }
  }

  /// Prints a step and a remark, which moves to its own line if it does not fit.
  private void line(UnaryOperator<String> color, String indent, String head, String remark) {
    String gap = head.endsWith(":") ? " " : "  ";
    String colored = color.apply(indent + head);
    if (remark.isEmpty()) {
      out.println(colored);
    } else if (indent.length() + head.length() + gap.length() + remark.length() <= COLUMNS) {
      out.println(colored + gap + remark);
    } else {
      out.println(colored);
      out.println(indent + PARTS + remark);
    }
  }

  static String what(Resource resource) {
    return resource.type() + " " + Quoted.escaped(resource.name(), Integer.MAX_VALUE);
  }

  static String difference(AttributeChange change) {
    if (change.wanted() instanceof AttributeValue.SecretReference(String variable)) {
      return change.attribute() + " from " + variable;
    }
    AttributeValue old = change.old();
    return "%s %s → %s"
        .formatted(
            change.attribute(),
            old == null ? "(unknown)" : Quoted.escaped(old.toString(), Integer.MAX_VALUE),
            Quoted.escaped(change.wanted().toString(), Integer.MAX_VALUE));
  }

  private static String use(@Nullable QueueStatus status) {
    return status == null || (status.depth() == 0 && status.boundFlows() == 0)
        ? ""
        : "(%s, %s)"
            .formatted(
                Counted.of(status.depth(), "message"), Counted.of(status.boundFlows(), "consumer"));
  }

  static String reason(Change.Extra.Reason reason, List<Resource> usedBy) {
    return switch (reason) {
      case NOT_PRUNING -> "(--prune deletes it)";
      case NOT_MANAGED -> "(not under manages:)";
      case IN_USE ->
          "(used by %s%s)"
              .formatted(
                  what(usedBy.getFirst()),
                  usedBy.size() == 1 ? "" : " and " + (usedBy.size() - 1) + " more");
    };
  }

  private void leftOut(List<Plan.LeftOut> leftOut) {
    Map<String, List<Plan.LeftOut>> byAttribute = new TreeMap<>();
    for (Plan.LeftOut one : leftOut) {
      byAttribute.computeIfAbsent(one.attribute(), _ -> new ArrayList<>()).add(one);
    }
    byAttribute.forEach((attribute, all) ->
        out.println(
            ink.cyan(". " + attribute)
                + " of "
                + Counted.of(all.size(), all.getFirst().resource().type())
                + ": left out, needs SEMP "
                + all.getFirst().since()));
  }

  /// Such as `6 to create, 1 to update, 4 unchanged.`
  static String totals(PermittedPlan plan) {
    List<String> parts = new ArrayList<>();
    add(parts, plan.count(s -> s.isWork() && s.change() instanceof Change.Create), "to create");
    long interrupting = plan.count(Step::interrupts);
    add(
        parts,
        plan.count(step -> step.isWork() && step.change() instanceof Change.Update),
        "to update" + (interrupting == 0 ? "" : " (" + interrupting + " interrupting)"));
    add(parts, plan.count(s -> s.isWork() && s.change() instanceof Change.Delete), "to delete");
    add(parts, plan.count(s -> s.change() instanceof Change.Extra), "extra");
    add(parts, plan.count(Step::isLeft), "left to others");
    long same = plan.count(step -> step.change() instanceof Change.Keep);
    if (parts.isEmpty()) {
      return "No changes: " + same + " as wanted.";
    }
    add(parts, same, "unchanged");
    return String.join(", ", parts) + ".";
  }

  private static void add(List<String> parts, long count, String words) {
    if (count > 0) {
      parts.add(count + " " + words);
    }
  }
}
