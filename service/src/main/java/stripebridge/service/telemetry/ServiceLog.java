package stripebridge.service.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import stripebridge.core.config.LogSettings;

/// The service's log: one line an occurrence, in JSON or text. Who logs never waits for who reads:
/// a thread of its own writes, and when nobody takes what it writes, lines are dropped and counted.
///
/// Thread-safe.
public final class ServiceLog implements AutoCloseable {
  // A burst of several seconds; some 16 MB.
  private static final int LINES_WAITING_MAX = 65_536;
  private static final Duration CLOSING_MAX = Duration.ofSeconds(2);
  // Enough to see what somebody gets wrong, and some 200 MB a day at most.
  private static final int REFUSALS_PER_SECOND_MAX = 10;
  private static final Duration COUNTING_LOOK = Duration.ofSeconds(1);
  // No line is empty.
  private static final byte[] END = new byte[0];

  private final LogSettings settings;
  private final OutputStream out;
  private final InstantSource clock;
  private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(LINES_WAITING_MAX);
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong droppedInAll = new AtomicLong();
  private final LogRateLimiter refusals;
  private final Thread writer;

  /// @param out is flushed, and not closed
  public ServiceLog(LogSettings settings, OutputStream out, InstantSource clock) {
    this.settings = settings;
    this.out = out;
    this.clock = clock;
    refusals = new LogRateLimiter(REFUSALS_PER_SECOND_MAX, clock);
    writer = Thread.ofPlatform().daemon().name("log-writer").start(this::run);
  }

  /// Logs an occurrence, if the level is one that is logged.
  ///
  /// @param fields names and values in turn; never a secret, never anything of a body but ids
  public void log(LogEvent event, Object... fields) {
    if (event.level().compareTo(settings.level()) < 0) {
      return;
    }
    LogLine line =
        new LogLine(
            settings.format(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS),
            event.level(),
            event.text());
    for (int i = 0; i + 1 < fields.length; i += 2) {
      line.with(fields[i].toString(), fields[i + 1]);
    }
    if (!waiting.offer(line.bytes())) {
      dropped.incrementAndGet();
      droppedInAll.incrementAndGet();
    }
  }

  /// Logs that something was refused before anybody knew whom it is from. Whoever reaches the port
  /// can cause as many of these as they like, so only some are logged in a second; the others are
  /// counted, and one line says how many.
  ///
  /// Never for what is genuine: of that, every line counts.
  ///
  /// @param fields as of [#log]
  public void logRefusal(LogEvent event, Object... fields) {
    if (event.level().compareTo(settings.level()) < 0) {
      return;
    }
    // Before the first line of another second, for those who read in order.
    tellLeftOut(refusals.leftOut());
    if (refusals.lets()) {
      log(event, fields);
    }
  }

  /// How many lines nobody took in time, since the start.
  long linesDropped() {
    return droppedInAll.get();
  }

  private void tellLeftOut(long count) {
    if (count > 0) {
      log(LogEvent.REFUSALS_NOT_LOGGED, "count", count);
    }
  }

  private void run() {
    List<byte[]> lines = new ArrayList<>();
    try {
      while (lines.isEmpty() || lines.getLast().length > 0) {
        lines.clear();
        // There may never be another refusal to tell it with.
        tellLeftOut(refusals.leftOut());
        byte[] first = waiting.poll(COUNTING_LOOK.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        lines.add(first);
        waiting.drainTo(lines);
        long lost = dropped.getAndSet(0);
        for (byte[] line : lines) {
          out.write(line);
        }
        out.flush();
        if (lost > 0) {
          log(LogEvent.LOG_LINES_DROPPED, "count", lost);
        }
      }
    } catch (IOException _) {
      // Nobody reads the log any more, and the service is worth more than it.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Writes what waits, for as long as somebody takes it.
  @Override
  public void close() {
    tellLeftOut(refusals.takeLeftOut());
    try {
      if (waiting.offer(END, CLOSING_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        writer.join(CLOSING_MAX);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
