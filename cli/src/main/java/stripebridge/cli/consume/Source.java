package stripebridge.cli.consume;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.messages.Batches;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Flow;

/// Supplies the messages to print: browsed or consumed.
interface Source extends AutoCloseable {
  /// The next message, or null when none arrived for so long.
  @Nullable Delivery next(Duration wait) throws BrokerException, InterruptedException;

  /// The next message that was delivered already and that another consumer could only get as
  /// redelivered; null when the queue has no message. Requests no more.
  @Nullable Delivery rest();

  @Override
  void close();

  /// Messages that stay in the queue.
  record Browsed(Flow flow) implements Source {
    @Override
    public @Nullable Delivery next(Duration wait) throws BrokerException, InterruptedException {
      return flow.next(wait);
    }

    @Override
    public @Nullable Delivery rest() {
      return null;
    }

    @Override
    public void close() {
      flow.close();
    }
  }

  /// Messages that leave the queue once acknowledged, and no more of them than are wanted.
  record Consumed(Batches batches, Deque<Delivery> arrived) implements Source {
    Consumed(Batches batches) {
      this(batches, new ArrayDeque<>());
    }

    @Override
    public @Nullable Delivery next(Duration wait) throws BrokerException, InterruptedException {
      if (arrived.isEmpty()) {
        arrived.addAll(batches.next(Long.MAX_VALUE, wait));
      }
      return arrived.poll();
    }

    @Override
    public @Nullable Delivery rest() {
      return arrived.poll();
    }

    @Override
    public void close() {
      batches.close();
    }
  }
}
