package stripebridge.cli.redrive;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import stripebridge.cli.messages.Batches;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess.Delivery;

/// Where messages come from that are published once more.
public interface RedriveSource extends AutoCloseable {
  /// The next messages; none when there are no more.
  ///
  /// @param most at most so many
  List<Delivery> next(long most) throws BrokerException, InterruptedException, IOException;

  /// The queue that a message was on.
  String from(Delivery delivery);

  /// Returns when what was acknowledged is known to be, so that nobody redrives it again.
  default void flush() throws IOException {}

  @Override
  void close() throws IOException;

  /// A queue.
  ///
  /// @param silence how long none has come when the queue counts as empty
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
