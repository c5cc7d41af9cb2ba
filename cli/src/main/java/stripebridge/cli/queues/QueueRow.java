package stripebridge.cli.queues;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.QueueStatus;

/// One queue of a reading.
///
/// @param oldest when the oldest message arrived; null when the queue is empty, or the time was not
///   read
record QueueRow(QueueStatus status, @Nullable Instant oldest, List<QueueProblem> problems) {
  String name() {
    return status.name();
  }

  boolean isGrave() {
    return problems.stream().anyMatch(problem -> problem.kind().isGrave());
  }

  long discarded() {
    return status.counters().discarded().values().stream().mapToLong(Long::longValue).sum();
  }
}
