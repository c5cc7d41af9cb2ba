package stripebridge.cli.queues;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.problem.Quoted;

/// A problem with a queue that an operator should know about.
///
/// @param clause its subject is the queue
record QueueProblem(Kind kind, String clause) {
  static final long MEGABYTE = 1_000_000;
  private static final int FULL_PERCENT = 80;
  private static final String COUNTER = "DiscardedMsgCount";
  private static final Map<String, String> REASONS =
      Map.of(
          "disabled", "ingress shut",
          "maxMsgSizeExceeded", "too large",
          "maxMsgSpoolUsageExceeded", "over quota",
          "maxRedeliveryExceeded", "redelivered too often",
          "maxTtlExceeded", "too many hops",
          "maxTtlExpired", "expired");

  /// The kind of problem.
  enum Kind {
    INGRESS_SHUT,
    EGRESS_SHUT,
    NO_CONSUMER,
    DEAD_MESSAGES,
    NEARLY_FULL,
    DISCARDED,
    LOST;

    /// Whether something does not work or is lost already, not only at risk.
    boolean isGrave() {
      return switch (this) {
        case INGRESS_SHUT, EGRESS_SHUT, DISCARDED, LOST -> true;
        case NO_CONSUMER, DEAD_MESSAGES, NEARLY_FULL -> false;
      };
    }

    /// The name in JSON and YAML.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /// All problems of a queue.
  ///
  /// @param isDmq whether it is the DMQ of other queues, which needs no consumer
  static List<QueueProblem> of(QueueStatus queue, boolean isDmq) {
    List<QueueProblem> all = new ArrayList<>();
    if (!queue.ingressEnabled()) {
      all.add(new QueueProblem(Kind.INGRESS_SHUT, "ingress is shut, so no message gets in"));
    }
    if (!queue.egressEnabled()) {
      all.add(new QueueProblem(Kind.EGRESS_SHUT, "egress is shut, so nothing is delivered"));
    }
    if (isDmq && queue.depth() > 0) {
      all.add(new QueueProblem(Kind.DEAD_MESSAGES, "holds " + messages(queue, "dead message")));
    } else if (queue.depth() > 0 && queue.ingressEnabled() && queue.boundFlows() == 0) {
      all.add(
          new QueueProblem(
              Kind.NO_CONSUMER, "has no consumer and holds " + messages(queue, "message")));
    }
    long quota = queue.maxSpoolMegabytes() * MEGABYTE;
    if (quota > 0 && queue.spooledBytes() > quota / 100 * FULL_PERCENT) {
      all.add(
          new QueueProblem(
              Kind.NEARLY_FULL,
              "uses %d %% of its quota of %s"
                  .formatted(percent(queue.spooledBytes(), quota), HumanNumbers.bytes(quota))));
    }
    Map<String, Long> discarded = reasons(queue);
    if (!discarded.isEmpty()) {
      all.add(new QueueProblem(Kind.DISCARDED, "has discarded " + listed(discarded)));
    }
    if (queue.counters().lostToDmq() > 0) {
      all.add(
          new QueueProblem(
              Kind.LOST,
              "has lost %s that DMQ %s did not take"
                  .formatted(
                      HumanNumbers.count(queue.counters().lostToDmq(), "message"),
                      Quoted.of(queue.deadMsgQueue()))));
    }
    return List.copyOf(all);
  }

  private static String messages(QueueStatus queue, String noun) {
    return (queue.counted() ? "" : "at least ") + HumanNumbers.count(queue.depth(), noun);
  }

  /// The percentage, rounded down, so that only a full queue has 100.
  static long percent(long bytes, long quota) {
    return bytes / (quota / 100);
  }

  /// The number of discarded messages by reason.
  static Map<String, Long> reasons(QueueStatus queue) {
    Map<String, Long> reasons = new TreeMap<>();
    queue
        .counters()
        .discarded()
        .forEach((counter, count) -> {
          String name = counter.replace(COUNTER, "");
          reasons.put(REASONS.getOrDefault(name, name), count);
        });
    return reasons;
  }

  private static String listed(Map<String, Long> reasons) {
    long all = reasons.values().stream().mapToLong(Long::longValue).sum();
    if (reasons.size() == 1) {
      return HumanNumbers.count(all, "message") + ": " + reasons.keySet().iterator().next();
    }
    List<String> each = new ArrayList<>();
    reasons.forEach((reason, count) -> each.add(HumanNumbers.count(count) + " " + reason));
    return HumanNumbers.count(all, "message") + ": " + String.join(", ", each);
  }
}
