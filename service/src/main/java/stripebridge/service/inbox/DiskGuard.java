package stripebridge.service.inbox;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps room on the disk for settlements: checks the free room, refuses events below the low mark,
/// releases the reserve when a settlement does not fit, and allocates it again.
///
/// Thread-safe. The lock is held while the file system reports its free room and while the reserve
/// is allocated. Callers that store events never wait for it.
final class DiskGuard {
  // A fast disk writes some 10 MiB in that time, which is less than the low mark.
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(20);
  // A quota may refuse the reserve although the disk has room, and each attempt takes a while.
  private static final Duration ALLOCATE_INTERVAL = Duration.ofSeconds(10);
  // If it were allocated again at once, settlements would never fit into a quota.
  private static final Duration SETTLEMENT_TIME = Duration.ofSeconds(1);

  private final DiskReserve reserve;
  private final ReentrantLock looking = new ReentrantLock();

  // Guarded by `looking`.
  private final DiskLevel level;
  private long nextAllocation = System.nanoTime();

  private volatile long nextLook;
  private volatile @Nullable String outage;

  DiskGuard(DiskReserve reserve) {
    this.reserve = reserve;
    this.level = new DiskLevel(reserve.bytes());
    lookNow();
  }

  /// Why no event may be stored now. Checks the disk first, at most every 20 ms.
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
      if (level.seen(free, reserve.isWhole()) == DiskLevel.Step.ALLOCATE_RESERVE
          && System.nanoTime() - nextAllocation >= 0) {
        boolean isAllocated = reserve.allocate();
        nextAllocation = System.nanoTime() + ALLOCATE_INTERVAL.toNanos();
        free = reserve.free();
        level.seen(free, isAllocated);
      }
      outage = level.isOpen() ? null : text(free);
    } catch (IOException _) {
      // A file system that does not report its size fails the write when it is full.
      outage = null;
    }
    nextLook = System.nanoTime() + LOOK_INTERVAL.toNanos();
  }

  private String text(long free) {
    return ("its disk has %d bytes free, and the last %d are kept for settlements and clean-up%s;"
            + " events are stored again once %d bytes are free")
        .formatted(
            free,
            level.lowMark(),
            reserve.isWhole() ? "" : " (the reserve beside the inbox is used up)",
            reserve.isWhole() ? level.highMark() : reserve.bytes() + level.highMark());
  }

  /// Releases some of the reserve after a failure for lack of room.
  ///
  /// @return whether the write may fit now
  boolean makesRoomFor(SQLException failure) {
    if (!SqliteFailure.isFull(failure)) {
      return false;
    }
    looking.lock();
    try {
      level.full();
      boolean isReleased = reserve.release();
      nextAllocation = System.nanoTime() + SETTLEMENT_TIME.toNanos();
      lookNow();
      return isReleased;
    } finally {
      looking.unlock();
    }
  }
}
