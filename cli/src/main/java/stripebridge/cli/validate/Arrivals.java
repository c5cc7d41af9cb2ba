package stripebridge.cli.validate;

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

/// Our messages that were seen on queues, by event id. Thread-safe: each queue has its reader.
final class Arrivals {
  // How often what no arrival tells of is looked at.
  private static final Duration LOOK = Duration.ofMillis(100);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, List<Arrival>> byId = new HashMap<>();

  /// @param at by [System#nanoTime]
  record Arrival(String queue, QueueMessage message, long at) {
    boolean isSame(Arrival other) {
      String id = message.id();
      return queue.equals(other.queue)
          && (id == null
              ? message.isRedelivered() || other.message.isRedelivered()
              : id.equals(other.message.id()));
    }
  }

  /// Notes one. A message that is handed out again, since a connection broke, is the same one.
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

  /// All of an id, in the order they came.
  List<Arrival> of(String id) {
    lock.lock();
    try {
      return List.copyOf(byId.getOrDefault(id, List.of()));
    } finally {
      lock.unlock();
    }
  }

  /// The first of an id on a queue.
  Optional<Arrival> first(String id, String queue) {
    return of(id).stream().filter(arrival -> arrival.queue().equals(queue)).findFirst();
  }

  long count(String id, String queue) {
    return of(id).stream().filter(arrival -> arrival.queue().equals(queue)).count();
  }

  /// Waits for something to be so, which arrivals or time may change.
  ///
  /// @param deadline by [System#nanoTime]
  /// @return whether it is
  boolean await(BooleanSupplier condition, long deadline) throws InterruptedException {
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        var _ = changed.await(Math.min(left, LOOK.toNanos()), TimeUnit.NANOSECONDS);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
