package stripebridge.cli.queues;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.QueueFlow;

/// The state of the queues at one time.
///
/// @param rows in the broker's order
/// @param detail more about a single requested queue; null otherwise
record Reading(Instant at, List<QueueRow> rows, @Nullable Detail detail) {
  /// More about the only row.
  ///
  /// @param feeders the queues whose DMQ it is
  record Detail(List<QueueFlow> flows, List<String> subscriptions, List<String> feeders) {}

  long messages() {
    return rows.stream().mapToLong(row -> row.status().depth()).sum();
  }
}
