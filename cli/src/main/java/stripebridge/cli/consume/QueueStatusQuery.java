package stripebridge.cli.consume;

import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueStatus;

/// Reads a queue's status on its own thread.
public final class QueueStatusQuery {
  private QueueStatusQuery() {}

  /// Starts the query. The result is empty when the broker does not answer. Any other exception, or
  /// error, reaches the caller through the future.
  ///
  /// @param admin is closed after the query
  public static Future<Optional<QueueStatus>> start(BrokerAdmin admin, String queue) {
    FutureTask<Optional<QueueStatus>> query = new FutureTask<>(() -> status(admin, queue));
    Thread.ofVirtual().name("semp").start(query);
    return query;
  }

  private static Optional<QueueStatus> status(BrokerAdmin admin, String queue) {
    try (admin) {
      return admin.queue(queue);
    } catch (BrokerException | InterruptedException _) {
      return Optional.empty();
    }
  }
}
