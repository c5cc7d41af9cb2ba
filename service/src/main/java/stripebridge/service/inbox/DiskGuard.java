package stripebridge.service.inbox;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps events from taking the room that marks need: looks at the disk, refuses events below the
/// low mark, gives up the reserve when a mark does not fit, and takes it again.
///
/// Thread-safe. Its lock is held while the disk is asked how full it is and while the reserve is
/// taken; of those who store events nobody waits for it.
final class DiskGuard {
  // A fast disk takes some 10 MiB in that time, which is less than the low mark.
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);
  // A quota may refuse what the disk has room for; to try takes a while then.
  private static final Duration TAKE_INTERVAL = Duration.ofSeconds(10);
  // Were it taken back at once, a quota would never have room for what it was given up for.
  private static final Duration LEFT_TO_MARKS = Duration.ofSeconds(1);

  private final DiskReserve reserve;
  private final ReentrantLock looking = new ReentrantLock();

  // Guarded by the lock.
  private final DiskLevel level;
  private long nextTake = System.nanoTime();

  private volatile long nextLook;
  private volatile @Nullable String outage;

  DiskGuard(DiskReserve reserve) {
    this.reserve = reserve;
    this.level = new DiskLevel(reserve.bytes());
    lookNow();
  }

  /// Why no event may be stored now; looks at the disk first if that was not done just now.
  Optional<String> outage() {
    if (System.nanoTime() - nextLook >= 0 && looking.tryLock()) {
      try {
        lookNow();
      } finally {
        looking.unlock();
      }
    }
    return Optional.ofNullable(outage);
  }

  private void lookNow() {
    try {
      long free = reserve.free();
      if (level.seen(free, reserve.isWhole()) == DiskLevel.Step.TAKE_RESERVE
          && System.nanoTime() - nextTake >= 0) {
        boolean isTaken = reserve.allocate();
        nextTake = System.nanoTime() + TAKE_INTERVAL.toNanos();
        free = reserve.free();
        level.seen(free, isTaken);
      }
      outage = level.isOpen() ? null : text(free);
    } catch (IOException _) {
      // What does not say how full it is shows it when it is.
      outage = null;
    }
    nextLook = System.nanoTime() + LOOK_INTERVAL.toNanos();
  }

  private String text(long free) {
    return ("its disk has %d bytes free, and the last %d are kept for marks and clean-up%s; free"
            + " some, and events are stored again from %d on")
        .formatted(
            free,
            level.lowMark(),
            reserve.isWhole() ? "" : " (the reserve beside the inbox is used up)",
            reserve.isWhole() ? level.highMark() : reserve.bytes() + level.highMark());
  }

  /// Whether what failed may fit now, since the reserve was given up for it.
  boolean makesRoomFor(SQLException failure) {
    if (!SqliteFailure.isFull(failure)) {
      return false;
    }
    looking.lock();
    try {
      level.full();
      boolean isReleased = reserve.release();
      nextTake = System.nanoTime() + LEFT_TO_MARKS.toNanos();
      lookNow();
      return isReleased;
    } finally {
      looking.unlock();
    }
  }
}
