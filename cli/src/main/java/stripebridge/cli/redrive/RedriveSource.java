package stripebridge.cli.redrive;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import stripebridge.cli.messages.Batches;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;

/// Supplies the messages to redrive.
interface RedriveSource extends AutoCloseable {
  /// The next messages; empty when there are no more.
  ///
  /// @param most the most messages to return
  List<Delivery> next(long most) throws BrokerException, InterruptedException, IOException;

  /// The queue that a message was on.
  String from(Delivery delivery);

  /// Makes acknowledgements durable, so that no later run redrives those messages again.
  default void flush() throws IOException {}

  @Override
  void close() throws IOException;

  /// A queue of the broker.
  ///
  /// @param silence the queue counts as empty when no message arrives for so long
  record Queue(String name, Batches batches, Duration silence) implements RedriveSource {
    @Override
    public List<Delivery> next(long most) throws BrokerException, InterruptedException {
      return batches.next(most, silence);
    }

    @Override
    public String from(Delivery delivery) {
      return name;
    }

    @Override
    public void close() {
      batches.close();
    }
  }
}
