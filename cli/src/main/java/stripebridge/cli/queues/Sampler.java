package stripebridge.cli.queues;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.admin.AdminFailure;
import stripebridge.core.broker.BrokerException;

/// Reads the queues again and again, and measures the time between. A caller either takes each
/// sample itself, or [#start]s a thread that keeps the state up to date, so that a broker that does
/// not answer never blocks the screen.
final class Sampler implements AutoCloseable {
  // An interrupt ends a request, so this is ample.
  private static final Duration CLOSING_MAX = Duration.ofSeconds(5);

  private final QueueSurvey survey;
  private final InstantSource clock;
  private final AtomicReference<WatchState> state;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  // Not the clock's time, which can jump.
  private long answeredNanos = System.nanoTime();
  private @Nullable Thread thread;

  /// @param survey has just read for the first time
  Sampler(QueueSurvey survey, InstantSource clock, WatchState first) {
    this.survey = survey;
    this.clock = clock;
    this.state = new AtomicReference<>(first);
  }

  /// Starts the thread.
  Sampler start() {
    thread = Thread.ofVirtual().name("sampler").start(this::sampleUntilClosed);
    return this;
  }

  /// The latest state. For any thread.
  AtomicReference<WatchState> state() {
    return state;
  }

  /// The error that ended the thread, for the thread that draws.
  AtomicReference<@Nullable Throwable> failure() {
    return failure;
  }

  /// Reads once more. For one thread.
  ///
  /// @throws CommandFailure when the broker refuses the user: no later request would succeed
  WatchState sample() throws InterruptedException {
    try {
      Reading reading = survey.read();
      long now = System.nanoTime();
      Duration since = Duration.ofNanos(now - answeredNanos);
      answeredNanos = now;
      return state.updateAndGet(before -> before.answered(reading, since));
    } catch (BrokerException.Refused e) {
      throw AdminFailure.of(e);
    } catch (BrokerException e) {
      return state.updateAndGet(
          before -> before.missed(clock.instant(), String.valueOf(e.getMessage())));
    }
  }

  private void sampleUntilClosed() {
    try {
      while (!closed.await(state.get().interval().toMillis(), TimeUnit.MILLISECONDS)) {
        WatchState _ = sample();
      }
    } catch (InterruptedException _) {
      // Closed.
    } catch (Throwable e) {
      // Otherwise the screen would show the last sample forever.
      failure.set(e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    Thread started = thread;
    if (started == null) {
      return;
    }
    started.interrupt();
    try {
      boolean _ = started.join(CLOSING_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
