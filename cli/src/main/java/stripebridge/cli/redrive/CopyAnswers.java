package stripebridge.cli.redrive;

import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.EventPublisher.ProducerListener;
import stripebridge.core.broker.Refusal;

/// What the broker says of the copies of one batch after the other. Copies are numbered from the
/// first on, without end. Thread-safe.
final class CopyAnswers implements ProducerListener {
  private static final Duration SLICE = Duration.ofMillis(100);
  private static final Duration STOPPED_MAX = Duration.ofSeconds(1);
  // As long as the relay waits for one.
  private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

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

  /// Waits until so many are answered, there will be no more answers, or it is stopped. A broker
  /// that says nothing for 30 s counts as lost.
  ///
  /// @return whether so many are answered
  synchronized boolean await(int count, BooleanSupplier isStopped) throws InterruptedException {
    long stoppedAt = 0;
    long silentSince = System.nanoTime();
    int seen = answered();
    while (answered() < count && lost == null) {
      wait(SLICE.toMillis());
      long now = System.nanoTime();
      if (answered() != seen) {
        seen = answered();
        silentSince = now;
      }
      if (isStopped.getAsBoolean()) {
        stoppedAt = stoppedAt == 0 ? now : stoppedAt;
        // What is on its way is here in a moment, if it comes.
        if (now - stoppedAt > STOPPED_MAX.toNanos()) {
          return false;
        }
      }
      if (now - silentSince > SILENCE_MAX.toNanos()) {
        lost =
            new BrokerException.Unavailable(
                "the broker has acknowledged nothing for " + SILENCE_MAX.toSeconds() + " s", null);
      }
    }
    return answered() >= count;
  }

  private int answered() {
    return acknowledged.cardinality() + refused.size();
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
