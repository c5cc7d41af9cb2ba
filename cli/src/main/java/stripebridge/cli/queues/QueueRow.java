package stripebridge.cli.queues;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.QueueStatus;

/// One queue as it is shown.
///
/// @param oldest when the message came in that is there longest; null when there is none, or it was
///   not asked for
record QueueRow(QueueStatus status, @Nullable Instant oldest, List<QueueProblem> troubles) {
  String name() {
    return status.name();
  }

  boolean isGrave() {
    return troubles.stream().anyMatch(trouble -> trouble.kind().isGrave());
  }

  long discarded() {
    return status.counters().discarded().values().stream().mapToLong(Long::longValue).sum();
  }
}
