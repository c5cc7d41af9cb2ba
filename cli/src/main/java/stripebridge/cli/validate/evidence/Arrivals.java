package stripebridge.cli.validate.evidence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import stripebridge.core.broker.QueueMessage;

/// Our messages that were seen on queues, by event id. Thread-safe: each queue has its own reader.
public final class Arrivals {
  // How often a condition is checked that may change without an arrival.
  private static final Duration RECHECK = Duration.ofMillis(100);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, List<Arrival>> byId = new HashMap<>();

  /// One message on one queue.
  ///
  /// @param at by [System#nanoTime]
  public record Arrival(String queue, QueueMessage message, long at) {
    boolean isSame(Arrival other) {
      String id = message.id();
      return queue.equals(other.queue)
          && (id == null
              ? message.isRedelivered() || other.message.isRedelivered()
              : id.equals(other.message.id()));
    }
  }

  /// Records an arrival, unless it is a redelivery after a lost connection.
  void add(String id, Arrival arrival) {
    lock.lock();
    try {
      List<Arrival> all = byId.computeIfAbsent(id, _ -> new ArrayList<>());
      if (all.stream().noneMatch(arrival::isSame)) {
        all.add(arrival);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /// All arrivals of an event, oldest first.
  public List<Arrival> of(String id) {
    lock.lock();
    try {
      return List.copyOf(byId.getOrDefault(id, List.of()));
    } finally {
      lock.unlock();
    }
  }

  /// The first arrival of an event on a queue.
  public Optional<Arrival> first(String id, String queue) {
    return of(id).stream().filter(arrival -> arrival.queue().equals(queue)).findFirst();
  }

  public long count(String id, String queue) {
    return of(id).stream().filter(arrival -> arrival.queue().equals(queue)).count();
  }

  /// Waits for a condition, which arrivals or time may change.
  ///
  /// @param deadline by [System#nanoTime]
  /// @return whether it became true
  public boolean await(BooleanSupplier condition, long deadline) throws InterruptedException {
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        boolean _ = changed.await(Math.min(left, RECHECK.toNanos()), TimeUnit.NANOSECONDS);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
