package stripebridge.service.capture;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import stripebridge.core.capture.CaptureBook;
import stripebridge.core.capture.CaptureJson;
import stripebridge.core.capture.CaptureLimits;
import stripebridge.core.capture.CaptureName;
import stripebridge.core.capture.CaptureOutcome;
import stripebridge.core.capture.CaptureReason;
import stripebridge.core.capture.CaptureRoom;
import stripebridge.core.capture.RefusedWebhook;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.ServiceLog;
import stripebridge.service.telemetry.Trace;

/// Captures refused webhooks and logs each refusal with the place of its capture, or why it has
/// none. The refusing thread decides what memory can tell and never waits; a thread of its own,
/// `capture-writer`, touches the disk.
///
/// Thread-safe.
public final class Captures implements AutoCloseable {
  // What may wait of one room, whatever floods the other.
  private static final int WAITING_MAX = 16;
  private static final long WAITING_BYTES_MAX = 2L << 20;
  private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration CLOSING_MAX = Duration.ofSeconds(1);

  private final CaptureFolder folder;
  private final DiskFree diskFree;
  private final Duration pause;
  private final Metrics metrics;
  private final ServiceLog log;
  private final InstantSource clock;
  private final RandomGenerator random = RandomGenerator.getDefault();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition hasChanged = lock.newCondition();
  // Guarded by `lock`.
  private final CaptureBook book = new CaptureBook(CaptureLimits.USUAL);
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private final Map<CaptureRoom, Load> loads = new EnumMap<>(CaptureRoom.class);
  private final Map<CaptureRoom, Pause> pauses = new EnumMap<>(CaptureRoom.class);
  private boolean isClosed;

  // Used by the writer only.
  private @Nullable String failure;

  private final Thread writer;

  /// The free bytes of the disk.
  interface DiskFree {
    long bytes() throws IOException;
  }

  /// How a refusal is logged.
  ///
  /// @param isLimited whether anyone can cause it, so that only some are logged in a second
  /// @param fields names and values in turn
  @SuppressWarnings("ArrayRecordComponent") // Passed on, never compared.
  public record Line(LogEvent event, boolean isLimited, Object[] fields) {}

  private record Waiting(RefusedWebhook refused, CaptureRoom room, Line line, long bytes) {}

  /// Nothing of a room is kept until then. Otherwise a flood would keep the writer busy with looks
  /// at a full disk.
  private record Pause(CaptureOutcome outcome, @Nullable String why, long until) {}

  /// What waits of one room.
  private record Load(int count, long bytes) {
    static final Load NONE = new Load(0, 0);

    Load plus(int moreCount, long moreBytes) {
      return new Load(count + moreCount, bytes + moreBytes);
    }
  }

  /// Starts the writer. Its first act is to read the folder and to delete what is too old.
  public Captures(CaptureFolder folder, Metrics metrics, ServiceLog log, InstantSource clock) {
    this(folder, folder::diskFree, PAUSE, metrics, log, clock);
  }

  /// @param pause after a look at the folder that found no space
  Captures(
      CaptureFolder folder,
      DiskFree diskFree,
      Duration pause,
      Metrics metrics,
      ServiceLog log,
      InstantSource clock) {
    this.folder = folder;
    this.diskFree = diskFree;
    this.pause = pause;
    this.metrics = metrics;
    this.log = log;
    this.clock = clock;
    for (CaptureRoom room : CaptureRoom.values()) {
      loads.put(room, Load.NONE);
    }
    writer = Thread.ofPlatform().daemon().name("capture-writer").start(this::run);
  }

  /// Captures a webhook if there is a place for it, and logs its refusal. Never waits.
  ///
  /// @param isLikely whether it looks as if Stripe had sent it; only asked when that matters
  /// @param refused made only when it may be kept
  public void refused(
      CaptureReason reason, BooleanSupplier isLikely, Supplier<RefusedWebhook> refused, Line line) {
    Instant now = clock.instant();
    if (!hasPlace(reason, CaptureRoom.LIKELY, now)) {
      // Then the other room has none either.
      notKept(CaptureOutcome.HOUR_FULL, line, null);
      return;
    }
    CaptureRoom room = isLikely.getAsBoolean() ? CaptureRoom.LIKELY : CaptureRoom.OTHER;
    if (room == CaptureRoom.OTHER && !hasPlace(reason, room, now)) {
      notKept(CaptureOutcome.HOUR_FULL, line, null);
      return;
    }
    Pause paused = pauseOf(room);
    if (paused != null) {
      notKept(paused.outcome(), line, paused.why());
      return;
    }
    RefusedWebhook webhook = refused.get();
    long bytes = webhook.body().map(body -> body.bytes().length).orElse(0);
    if (!enqueue(new Waiting(webhook, room, line, bytes))) {
      notKept(CaptureOutcome.BUSY, line, null);
    }
  }

  private boolean hasPlace(CaptureReason reason, CaptureRoom room, Instant now) {
    lock.lock();
    try {
      return book.hasPlace(reason, room, now);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Pause pauseOf(CaptureRoom room) {
    lock.lock();
    try {
      Pause found = pauses.get(room);
      return found == null || System.nanoTime() - found.until() >= 0 ? null : found;
    } finally {
      lock.unlock();
    }
  }

  private void pauseAfter(CaptureOutcome outcome, @Nullable String why, CaptureRoom room) {
    if (outcome == CaptureOutcome.KEPT || outcome == CaptureOutcome.HOUR_FULL) {
      return;
    }
    Pause next = new Pause(outcome, why, System.nanoTime() + pause.toNanos());
    lock.lock();
    try {
      for (CaptureRoom each : CaptureRoom.values()) {
        // The space of a room is its own; the disk is everybody's.
        if (each == room || outcome != CaptureOutcome.SPACE_FULL) {
          pauses.put(each, next);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean enqueue(Waiting next) {
    lock.lock();
    try {
      Load load = loads.getOrDefault(next.room(), Load.NONE).plus(1, next.bytes());
      if (isClosed || load.count() > WAITING_MAX || load.bytes() > WAITING_BYTES_MAX) {
        return false;
      }
      loads.put(next.room(), load);
      queue.addLast(next);
      hasChanged.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void notKept(CaptureOutcome outcome, Line line, @Nullable String why) {
    metrics.captured(outcome);
    Object[] fields =
        with(line.fields(), "not_captured", outcome.reason() + (why == null ? "" : ": " + why));
    if (line.isLimited()) {
      log.logRefusal(line.event(), fields);
    } else {
      log.log(line.event(), fields);
    }
  }

  private static Object[] with(Object[] fields, String name, Object value) {
    Object[] more = Arrays.copyOf(fields, fields.length + 2);
    more[fields.length] = name;
    more[fields.length + 1] = value;
    return more;
  }

  private void run() {
    // The one at work, so that its refusal is logged whatever happens.
    Waiting next = null;
    try {
      sweep();
      long nextSweep = System.nanoTime() + SWEEP_INTERVAL.toNanos();
      while (true) {
        next = next(nextSweep);
        if (next == null && isOver()) {
          return;
        }
        if (next != null) {
          write(next);
          next = null;
        }
        if (System.nanoTime() - nextSweep >= 0) {
          sweep();
          nextSweep = System.nanoTime() + SWEEP_INTERVAL.toNanos();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // The bridge lives without captures.
      log.log(LogEvent.BUG, "what", "captures have ended", "trace", Trace.of(e));
      if (next != null) {
        notKept(CaptureOutcome.FAILED, next.line(), null);
      }
      abandon();
    }
  }

  /// Takes nothing more, and logs the refusals that still wait.
  private void abandon() {
    List<Waiting> left;
    lock.lock();
    try {
      isClosed = true;
      left = List.copyOf(queue);
      queue.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(one -> notKept(CaptureOutcome.FAILED, one.line(), null));
  }

  /// The next one in the queue; null when it is time to sweep or to end.
  private @Nullable Waiting next(long nextSweep) throws InterruptedException {
    lock.lock();
    try {
      while (queue.isEmpty() && !isClosed) {
        long left = nextSweep - System.nanoTime();
        if (left <= 0) {
          return null;
        }
        long _ = hasChanged.awaitNanos(left);
      }
      return queue.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    lock.lock();
    try {
      return isClosed && queue.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void write(Waiting next) {
    CaptureName name =
        new CaptureName(
            next.refused().at(), next.refused().reason(), next.room(), random.nextLong());
    CaptureOutcome outcome;
    String why = null;
    try {
      byte[] content = CaptureJson.write(next.refused());
      outcome = verdict(name, content.length);
      if (outcome == CaptureOutcome.KEPT) {
        folder.write(name, content);
        kept(name, content.length);
        works();
      }
    } catch (IOException e) {
      outcome = CaptureOutcome.FAILED;
      why = CaptureFolder.reason(e);
      fails(why);
    }
    pauseAfter(outcome, why, next.room());
    done(next);
    if (outcome == CaptureOutcome.KEPT) {
      metrics.captured(outcome);
      // Not limited: there are few of these, and each leads to its cause.
      log.log(next.line().event(), with(next.line().fields(), "capture", folder.path(name)));
    } else {
      notKept(outcome, next.line(), why);
    }
  }

  /// Looks at the folder again first: other processes write there, and operators delete.
  private CaptureOutcome verdict(CaptureName name, long size) throws IOException {
    if (!hasPlace(name.reason(), name.room(), name.at())) {
      return CaptureOutcome.HOUR_FULL;
    }
    folder.check();
    Map<CaptureName, Long> found = folder.list();
    long free = diskFree.bytes();
    lock.lock();
    try {
      book.found(found);
      return book.verdict(name, size, free);
    } finally {
      lock.unlock();
    }
  }

  private void kept(CaptureName name, long size) {
    lock.lock();
    try {
      book.kept(name, size);
    } finally {
      lock.unlock();
    }
  }

  private void done(Waiting written) {
    lock.lock();
    try {
      Load load = loads.getOrDefault(written.room(), Load.NONE);
      loads.put(written.room(), load.plus(-1, -written.bytes()));
    } finally {
      lock.unlock();
    }
  }

  /// Deletes what is too old.
  private void sweep() {
    try {
      folder.check();
      Map<CaptureName, Long> found = folder.list();
      for (CaptureName name : due(found)) {
        folder.delete(name);
        lock.lock();
        try {
          book.deleted(name);
        } finally {
          lock.unlock();
        }
      }
      works();
    } catch (IOException e) {
      fails(CaptureFolder.reason(e));
    }
  }

  private Iterable<CaptureName> due(Map<CaptureName, Long> found) {
    lock.lock();
    try {
      book.found(found);
      return book.due(clock.instant());
    } finally {
      lock.unlock();
    }
  }

  private void works() {
    if (failure != null) {
      failure = null;
      log.log(LogEvent.CAPTURES_RESUMED, "folder", folder.path());
    }
  }

  /// Logs a failure once, until it works again or fails otherwise.
  private void fails(String why) {
    if (!why.equals(failure)) {
      failure = why;
      log.log(LogEvent.CAPTURES_FAILED, "folder", folder.path(), "cause", why);
    }
  }

  /// Writes what waits, for a second at most.
  @Override
  public void close() {
    lock.lock();
    try {
      isClosed = true;
      hasChanged.signal();
    } finally {
      lock.unlock();
    }
    try {
      writer.join(CLOSING_MAX.toMillis());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    // Of a disk that hangs.
    abandon();
  }
}
