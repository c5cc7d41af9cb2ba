package stripebridge.cli;

import java.util.function.Predicate;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.EventPublisher;
import stripebridge.core.broker.OutgoingMessage;

/// A publisher that mistreats some messages, as a bridge must never do.
///
/// @param isWronged selects the messages
public record FaultyPublisher(
    EventPublisher publisher, Predicate<OutgoingMessage> isWronged, FaultyPublisher.Wrong wrong)
    implements EventPublisher {
  /// The mistreatment.
  public enum Wrong {
    /// Acknowledged and never sent.
    DROPPED,
    /// Sent twice.
    TWICE
  }

  // The relay counts from one and never uses this number.
  private static final long OF_THE_COPY = Long.MAX_VALUE;

  @Override
  public Producer open(ProducerListener listener) throws BrokerException, InterruptedException {
    Producer copies = publisher.open(new Deaf(listener));
    Producer producer;
    try {
      producer = publisher.open(listener);
    } catch (BrokerException | InterruptedException e) {
      copies.close();
      throw e;
    }
    return new Producer() {
      @Override
      public void send(long correlation, OutgoingMessage message, boolean last)
          throws BrokerException {
        boolean isOne = isWronged.test(message);
        if (isOne && wrong == Wrong.DROPPED) {
          listener.acknowledged(correlation);
          return;
        }
        if (isOne) {
          copies.send(OF_THE_COPY, message, true);
        }
        producer.send(correlation, message, last);
      }

      @Override
      public void close() {
        producer.close();
        copies.close();
      }
    };
  }

  /// Ignores the answer to the second copy.
  private record Deaf(ProducerListener listener) implements ProducerListener {
    @Override
    public void acknowledged(long correlation) {}

    @Override
    public void refused(long correlation, stripebridge.core.broker.Refusal refusal) {}

    @Override
    public void connectionChanged(boolean up) {}

    @Override
    public void lost(BrokerException cause) {
      listener.lost(cause);
    }
  }
}
