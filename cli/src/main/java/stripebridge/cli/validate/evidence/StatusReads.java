package stripebridge.cli.validate.evidence;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueStatus;

/// Reads the status of several queues at the same time: one after the other, each would cost a
/// round trip to the broker.
final class StatusReads {
  private StatusReads() {}

  /// What the broker answered for one queue.
  ///
  /// @param status empty if the queue does not exist, or could not be read
  /// @param failure why it could not be read
  record Read(Optional<QueueStatus> status, @Nullable BrokerException failure) {}

  /// Reads queues, and returns the answers in the same order.
  static Map<String, Read> of(BrokerAdmin admin, Collection<String> queues)
      throws InterruptedException {
    Map<String, Future<Optional<QueueStatus>>> asked = new LinkedHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      queues.forEach(queue -> asked.put(queue, threads.submit(() -> admin.queue(queue))));
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Map<String, Read> answers = new LinkedHashMap<>();
    asked.forEach((queue, answer) -> answers.put(queue, read(answer)));
    return answers;
  }

  private static Read read(Future<Optional<QueueStatus>> answer) {
    if (answer.state() == Future.State.SUCCESS) {
      return new Read(answer.resultNow(), null);
    }
    if (answer.exceptionNow() instanceof BrokerException failure) {
      return new Read(Optional.empty(), failure);
    }
    throw new IllegalStateException(answer.exceptionNow());
  }
}
