package stripebridge.service.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Decides how much of all bodies is held at the same time, and who gives way when there is no room.
/// It counts what has come, not what was announced. Large bodies have a share that leaves room for
/// small ones, and a body that has been coming for a while is slow, and gives way to others.
///
/// No clock, no lock and no I/O.
///
/// @param <B> a body, by its identity
final class BodyBudget<B> {
  /// The usual event is some kilobytes; few are larger than this.
  static final int SMALL_BYTES_MAX = 64 << 10;

  /// A body of 1 MiB takes that long at 4 Mbit/s. Stripe, and any proxy, is faster by far.
  static final Duration SLOW_AFTER = Duration.ofSeconds(2);

  private final long bytesMax;
  private final long largeBytesMax;
  // In the order in which they began.
  private final Map<B, Held> held = new LinkedHashMap<>();
  private long bytes;
  private long largeBytes;

  /// @param isComing whether more of it is to come; one that is whole is soon gone
  private record Held(Duration since, long bytes, boolean isComing) {
    boolean isLarge() {
      return bytes > SMALL_BYTES_MAX;
    }
  }

  /// @param bytesMax of all bodies
  BodyBudget(long bytesMax) {
    this.bytesMax = bytesMax;
    this.largeBytesMax = bytesMax - bytesMax / 4;
  }

  /// Whether a body may have more.
  ///
  /// @param giveWay whose bytes it has now; they must be told that they are refused
  record Room<B>(boolean isGiven, List<B> giveWay) {}

  /// A body wants to hold so much in all.
  ///
  /// @param now on a clock that never goes back
  Room<B> grow(B body, long toBytes, Duration now) {
    Held before = held.getOrDefault(body, new Held(now, 0, true));
    Held after = new Held(before.since(), toBytes, true);
    List<B> giveWay = new ArrayList<>();
    while (!fits(before, after)) {
      Optional<B> slow = slowest(after.isLarge(), now);
      // When the one that wants more is the slowest, it is the one to go.
      if (slow.isEmpty() || slow.get().equals(body)) {
        return new Room<>(false, giveWay);
      }
      release(slow.get());
      giveWay.add(slow.get());
    }
    count(before, -1);
    count(after, 1);
    held.put(body, after);
    return new Room<>(true, giveWay);
  }

  private boolean fits(Held before, Held after) {
    long large =
        largeBytes
            - (before.isLarge() ? before.bytes() : 0)
            + (after.isLarge() ? after.bytes() : 0);
    return bytes - before.bytes() + after.bytes() <= bytesMax
        && (!after.isLarge() || large <= largeBytesMax);
  }

  /// The one that began first, of those that are slow. A small body takes from large ones first; a
  /// large one takes from nobody else.
  private Optional<B> slowest(boolean isForLarge, Duration now) {
    Optional<B> large = slowest(now, true);
    return large.isPresent() || isForLarge ? large : slowest(now, false);
  }

  private Optional<B> slowest(Duration now, boolean isLarge) {
    return held.entrySet().stream()
        .filter(one ->
            one.getValue().isComing()
                && one.getValue().isLarge() == isLarge
                && now.minus(one.getValue().since()).compareTo(SLOW_AFTER) >= 0)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /// All of a body has come. It gives way to nobody any more.
  ///
  /// @return whether it is still held; one that gave way is not
  boolean isWhole(B body) {
    Held one = held.get(body);
    if (one == null) {
      return false;
    }
    held.put(body, new Held(one.since(), one.bytes(), false));
    return true;
  }

  /// A body is stored, refused or given up.
  void release(B body) {
    Held one = held.remove(body);
    if (one != null) {
      count(one, -1);
    }
  }

  private void count(Held one, int sign) {
    bytes += sign * one.bytes();
    largeBytes += one.isLarge() ? sign * one.bytes() : 0;
  }

  /// How many bytes are held.
  long bytes() {
    return bytes;
  }
}
