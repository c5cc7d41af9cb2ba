package stripebridge.service.telemetry;

import java.io.BufferedOutputStream;
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
import java.util.concurrent.locks.LockSupport;
import stripebridge.core.config.LogSettings;

/// The service's log: one line per occurrence, in JSON or text. Logging never waits for the reader:
/// a separate thread writes, the lines of a few milliseconds at a time, and lines that nobody reads
/// in time are dropped and counted.
///
/// Thread-safe.
public final class ServiceLog implements AutoCloseable {
  // A burst of several seconds; about 16 MB.
  private static final int LINES_WAITING_MAX = 65_536;
  private static final Duration CLOSING_MAX = Duration.ofSeconds(2);
  // Enough to see what a client gets wrong, and at most about 200 MB a day.
  private static final int REFUSALS_PER_SECOND_MAX = 10;
  private static final Duration COUNTING_LOOK = Duration.ofSeconds(1);
  // Lines of a busy moment are written together: waking the writer for each line costs the thread
  // that logs it, and the writer, more than the line itself.
  private static final Duration BATCH_PAUSE = Duration.ofMillis(10);
  private static final int BATCH_BYTES = 64 << 10;
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

  /// @param out is flushed but not closed
  public ServiceLog(LogSettings settings, OutputStream out, InstantSource clock) {
    this.settings = settings;
    this.out = out;
    this.clock = clock;
    refusals = new LogRateLimiter(REFUSALS_PER_SECOND_MAX, clock);
    writer = Thread.ofPlatform().daemon().name("log-writer").start(this::run);
  }

  /// Logs an occurrence if its level is enabled.
  ///
  /// @param fields names and values in turn; no secret, and no content of a body except ids
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

  /// Logs a refusal before the sender is known. Anyone who reaches the port can cause these, so
  /// only some are logged in a second; the rest are counted, and one line reports the count.
  ///
  /// Never use it for genuine webhooks: each of them is logged.
  ///
  /// @param fields as for [#log]
  public void logRefusal(LogEvent event, Object... fields) {
    if (event.level().compareTo(settings.level()) < 0) {
      return;
    }
    // Before the first line of the next second, so that lines stay in order.
    tellLeftOut(refusals.leftOut());
    if (refusals.lets()) {
      log(event, fields);
    }
  }

  /// Lines dropped since the start because nobody read them in time.
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
    OutputStream batch = new BufferedOutputStream(out, BATCH_BYTES);
    try {
      while (!hasEnded(lines)) {
        lines.clear();
        // There may never be another refusal that would report it.
        tellLeftOut(refusals.leftOut());
        byte[] first = waiting.poll(COUNTING_LOOK.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
          continue;
        }
        lines.add(first);
        waiting.drainTo(lines);
        long lost = dropped.getAndSet(0);
        for (byte[] line : lines) {
          batch.write(line);
        }
        batch.flush();
        if (lost > 0) {
          log(LogEvent.LOG_LINES_DROPPED, "count", lost);
        }
        if (!hasEnded(lines)) {
          LockSupport.parkNanos(BATCH_PAUSE.toNanos());
        }
      }
    } catch (IOException _) {
      // Nobody reads the log any more. The service matters more than its log.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean hasEnded(List<byte[]> lines) {
    return !lines.isEmpty() && lines.getLast().length == 0;
  }

  /// Writes waiting lines for as long as somebody reads them.
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
