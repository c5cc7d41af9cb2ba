package stripebridge.cli.validate;

import java.util.function.Predicate;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.EventPublisher;
import stripebridge.core.broker.OutgoingMessage;

/// A publisher that drops or duplicates some messages, which a bridge must never do.
///
/// @param isFaulty selects the messages
record FaultyPublisher(EventPublisher publisher, Predicate<OutgoingMessage> isFaulty, Fault fault)
    implements EventPublisher {
  /// What happens to them.
  enum Fault {
    /// They are acknowledged, and never sent.
    DROPPED,
    /// Sent twice.
    TWICE
  }

  // The relay counts from one, so it never uses this number.
  private static final long COPY_CORRELATION = Long.MAX_VALUE;

  @Override
  public Producer open(ProducerListener listener) throws BrokerException, InterruptedException {
    Producer copies = publisher.open(new IgnoringSettlements(listener));
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
        boolean isAffected = isFaulty.test(message);
        if (isAffected && fault == Fault.DROPPED) {
          listener.acknowledged(correlation);
          return;
        }
        if (isAffected) {
          copies.send(COPY_CORRELATION, message, true);
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

  /// Nobody waits for the acknowledgement of a copy.
  private record IgnoringSettlements(ProducerListener listener) implements ProducerListener {
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
