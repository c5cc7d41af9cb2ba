package stripebridge.solace.messaging;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.EventPublisher.ProducerListener;
import stripebridge.core.broker.Refusal;

/// Records what a producer reports, for tests to await.
final class Answers implements ProducerListener {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final Set<Long> acknowledged = new LinkedHashSet<>();
  private final Map<Long, Refusal> refused = new LinkedHashMap<>();
  private final List<Boolean> connection = new CopyOnWriteArrayList<>();
  private final List<BrokerException> lost = new CopyOnWriteArrayList<>();

  @Override
  public synchronized void acknowledged(long correlation) {
    if (!acknowledged.add(correlation)) {
      throw new IllegalStateException("acknowledged twice: " + correlation);
    }
  }

  @Override
  public synchronized void refused(long correlation, Refusal refusal) {
    refused.put(correlation, refusal);
  }

  @Override
  public void connectionChanged(boolean up) {
    connection.add(up);
  }

  @Override
  public void lost(BrokerException cause) {
    lost.add(cause);
  }

  synchronized Set<Long> acknowledged() {
    return Set.copyOf(acknowledged);
  }

  synchronized Map<Long, Refusal> refused() {
    return Map.copyOf(refused);
  }

  synchronized Refusal refusalOf(long correlation) {
    return Objects.requireNonNull(refused.get(correlation));
  }

  List<Boolean> connection() {
    return List.copyOf(connection);
  }

  List<BrokerException> lost() {
    return List.copyOf(lost);
  }

  synchronized int count() {
    return acknowledged.size() + refused.size();
  }

  static void await(String what, BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(DEADLINE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("never came true: " + what);
      }
      LockSupport.parkNanos(500_000);
    }
  }
}
