package stripebridge.cli.redrive;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.EventPublisher.ProducerListener;
import stripebridge.core.broker.Refusal;

/// What the broker says of the copies of one batch after the other. Copies are numbered from the
/// first on, without end. Thread-safe.
final class CopyAnswers implements ProducerListener {
  private final BitSet acknowledged = new BitSet();
  private final Map<Long, Refusal> refused = new HashMap<>();
  private long first;
  private @Nullable BrokerException lost;

  /// A batch begins; the one before it is forgotten.
  synchronized void begin(long firstNumber) {
    first = firstNumber;
    acknowledged.clear();
    refused.clear();
  }

  @Override
  public synchronized void acknowledged(long number) {
    if (number >= first) {
      acknowledged.set((int) (number - first));
      notifyAll();
    }
  }

  @Override
  public synchronized void refused(long number, Refusal refusal) {
    if (number >= first) {
      refused.put(number, refusal);
      notifyAll();
    }
  }

  @Override
  public void connectionChanged(boolean up) {
    // The client restores it, or says that it is lost.
  }

  @Override
  public synchronized void lost(BrokerException cause) {
    lost = cause;
    notifyAll();
  }

  /// Waits until each of so many is answered, or there will be no more answers.
  synchronized void await(int count) throws InterruptedException {
    while (acknowledged.cardinality() + refused.size() < count && lost == null) {
      wait();
    }
  }

  synchronized boolean isAcknowledged(long number) {
    return acknowledged.get((int) (number - first));
  }

  synchronized @Nullable Refusal refusal(long number) {
    return refused.get(number);
  }

  synchronized @Nullable BrokerException lost() {
    return lost;
  }
}
