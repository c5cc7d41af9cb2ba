package stripebridge.cli.consume;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Flow;

/// Where messages come from: looked at or taken.
interface Source extends AutoCloseable {
  /// The next message, or null when there was none for that long.
  @Nullable Delivery next(Duration wait) throws BrokerException, InterruptedException;

  /// The next of those that were handed to us and that somebody else can only get as redelivered;
  /// null when there are none. Asks for no more.
  @Nullable Delivery rest() throws BrokerException, InterruptedException;

  @Override
  void close();

  /// Messages that stay where they are.
  record Looking(Flow flow) implements Source {
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
}
