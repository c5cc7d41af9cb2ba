package stripebridge.cli.provision;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.ExitCode;
import stripebridge.cli.output.Counted;
import stripebridge.cli.output.Table;
import stripebridge.core.topology.model.Resource;

/// Prints the outcome of a plan for people, and determines the exit code.
final class OutcomeText {
  // A thousand queues can fail for the same reason.
  private static final int PROBLEMS_MAX = 20;

  private final CliContext context;

  OutcomeText(CliContext context) {
    this.context = context;
  }

  /// Prints each object with its parts, and one line of totals.
  void table(PermittedPlan plan, Map<Step, Outcome> outcomes) {
    Table table = new Table("RESOURCE", "TYPE", "STATUS");
    for (PermittedPlan.Group group : plan.groups()) {
      row(table, "", outcomes.get(group.object()));
      group.parts().forEach(part -> row(table, "  ", outcomes.get(part)));
    }
    context.out().println();
    table.print(context.out());
    context.out().println();
    context.out().println(totals(outcomes.values()));
  }

  /// Such as `2 updated, 13 existing.`
  private static String totals(Collection<Outcome> outcomes) {
    Map<Outcome.Status, Long> counts = new EnumMap<>(Outcome.Status.class);
    outcomes.forEach(outcome -> counts.merge(outcome.status(), 1L, Long::sum));
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey().word())
        .collect(Collectors.joining(", ", "", "."));
  }

  private static void row(Table table, String indent, @Nullable Outcome outcome) {
    if (outcome != null) {
      Resource resource = outcome.resource();
      table.row(indent + resource.name(), resource.type(), outcome.status().word());
    }
  }

  /// Prints problems and unfinished work on standard error.
  ///
  /// @return the exit code
  ExitCode end(Collection<Outcome> outcomes) {
    context.out().flush();
    outcomes.stream()
        .filter(outcome -> !outcome.problem().isEmpty())
        .filter(outcome -> outcome.status() != Outcome.Status.LEFT)
        .filter(outcome -> outcome.status() != Outcome.Status.NOT_DONE)
        .map(Outcome::problem)
        .distinct()
        .limit(PROBLEMS_MAX)
        .forEach(problem -> context.err().println("error: " + problem));
    Map<Outcome.Status, Long> counts =
        outcomes.stream().collect(Collectors.groupingBy(Outcome::status, Collectors.counting()));
    long made = count(counts, Outcome.Status::isChange);
    long notMade = count(counts, status -> status.isOpen() && status != Outcome.Status.LEFT);
    long left = counts.getOrDefault(Outcome.Status.LEFT, 0L);
    if (notMade > 0) {
      context
          .err()
          .println(
              "%s: %s made, %d not; run the command again for the rest"
                  .formatted(
                      context.stop().isRequested() ? "interrupted" : "partly done",
                      Counted.of(made, "change"),
                      notMade));
    }
    if (left > 0) {
      context.err().println(Counted.of(left, "object") + " left to others, marked ? above");
    }
    boolean isVerified =
        outcomes.stream().allMatch(o -> !o.status().isChange() || o.problem().isEmpty());
    return notMade == 0 && left == 0 && isVerified ? ExitCode.OK : ExitCode.DIFFERENCES;
  }

  private static long count(Map<Outcome.Status, Long> counts, Predicate<Outcome.Status> predicate) {
    return counts.entrySet().stream()
        .filter(entry -> predicate.test(entry.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
