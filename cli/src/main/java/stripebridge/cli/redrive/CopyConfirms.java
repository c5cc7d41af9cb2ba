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

/// Collects the broker's acknowledgements and refusals of the copies of one batch. Copies are
/// numbered consecutively across batches. Thread-safe.
final class CopyConfirms implements ProducerListener {
  private static final Duration SLICE = Duration.ofMillis(100);
  private static final Duration STOPPED_MAX = Duration.ofSeconds(1);
  // As long as the relay waits.
  private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

  private final BitSet acknowledged = new BitSet();
  private final Map<Long, Refusal> refused = new HashMap<>();
  private long first;
  private @Nullable BrokerException lost;

  /// Starts a batch and forgets the one before it.
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
    // The client restores the connection, or reports it lost.
  }

  @Override
  public synchronized void lost(BrokerException cause) {
    lost = cause;
    notifyAll();
  }

  /// Waits until `count` copies are settled, the connection is lost, or a stop is requested. After
  /// 30 s of silence the connection counts as lost.
  ///
  /// @return whether `count` copies are settled
  synchronized boolean await(int count, BooleanSupplier isStopped) throws InterruptedException {
    long stoppedAt = 0;
    long silentSince = System.nanoTime();
    int settled = settled();
    while (settled() < count && lost == null) {
      wait(SLICE.toMillis());
      long now = System.nanoTime();
      if (settled() != settled) {
        settled = settled();
        silentSince = now;
      }
      if (isStopped.getAsBoolean()) {
        stoppedAt = stoppedAt == 0 ? now : stoppedAt;
        // Acknowledgements on their way arrive within a moment.
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
    return settled() >= count;
  }

  private int settled() {
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
