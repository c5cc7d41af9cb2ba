package stripebridge.cli.consume;

import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueStatus;

/// Asks how a queue is, on a thread of its own.
public final class QueueStatusQuery {
  private QueueStatusQuery() {}

  /// Begins to ask. Nothing comes where the broker does not answer; whatever else is thrown, an
  /// error as well, reaches who waits.
  ///
  /// @param admin is closed when it has answered
  public static Future<Optional<QueueStatus>> start(BrokerAdmin admin, String queue) {
    FutureTask<Optional<QueueStatus>> asked = new FutureTask<>(() -> ask(admin, queue));
    Thread.ofVirtual().name("semp").start(asked);
    return asked;
  }

  private static Optional<QueueStatus> ask(BrokerAdmin admin, String queue) {
    try (admin) {
      return admin.queue(queue);
    } catch (BrokerException | InterruptedException _) {
      return Optional.empty();
    }
  }
}
