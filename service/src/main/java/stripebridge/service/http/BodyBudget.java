package stripebridge.service.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Decides how much memory all bodies may use together, and which is dropped when there is no room.
/// It counts bytes that have arrived, not bytes announced. Large bodies have a share that leaves
/// room for small ones. A body that has been arriving for a while is slow and is dropped for
/// others.
///
/// No clock, lock or I/O.
///
/// @param <B> a body, compared by identity
final class BodyBudget<B> {
  /// The usual event has a few kilobytes; few are larger than this. Even if every connection sends
  /// a body of this size, half of the largest budget stays free.
  static final int SMALL_BYTES_MAX = 16 << 10;

  /// A body of 1 MiB takes this long at 40 Mbit/s, and the usual one arrives at once. A slower one
  /// is dropped only when there is no room.
  static final Duration SLOW_AFTER = Duration.ofMillis(200);

  private final long bytesMax;
  private final long largeBytesMax;
  // In the order in which they began.
  private final Map<B, Held> held = new LinkedHashMap<>();
  private long bytes;
  private long largeBytes;

  /// @param isComing whether more of it is expected; a complete one is gone soon
  private record Held(Duration since, long bytes, boolean isComing) {
    boolean isLarge() {
      return bytes > SMALL_BYTES_MAX;
    }

    long largeBytes() {
      return isLarge() ? bytes : 0;
    }
  }

  /// @param bytesMax of all bodies together
  BodyBudget(long bytesMax) {
    this.bytesMax = bytesMax;
    this.largeBytesMax = bytesMax - bytesMax / 4;
  }

  /// The decision about a body that wants to grow.
  ///
  /// @param giveWay bodies whose memory it gets; tell their clients that they are refused
  record Room<B>(boolean isGiven, List<B> giveWay) {}

  /// A body wants to grow to this size.
  ///
  /// @param now on a clock that never goes back
  Room<B> grow(B body, long toBytes, Duration now) {
    Held before = held.getOrDefault(body, new Held(now, 0, true));
    Held after = new Held(before.since(), toBytes, true);
    List<B> giveWay = new ArrayList<>();
    long bytesAfter = bytes - before.bytes() + after.bytes();
    long largeAfter = largeBytes - before.largeBytes() + after.largeBytes();
    if (!fits(bytesAfter, largeAfter, after)) {
      for (Map.Entry<B, Held> slow : slowest(after.isLarge(), now)) {
        // If the growing body is the slowest, drop that one.
        if (slow.getKey().equals(body)) {
          break;
        }
        giveWay.add(slow.getKey());
        bytesAfter -= slow.getValue().bytes();
        largeAfter -= slow.getValue().largeBytes();
        if (fits(bytesAfter, largeAfter, after)) {
          break;
        }
      }
    }
    if (!fits(bytesAfter, largeAfter, after)) {
      return new Room<>(false, List.of());
    }
    giveWay.forEach(held::remove);
    held.put(body, after);
    bytes = bytesAfter;
    largeBytes = largeAfter;
    return new Room<>(true, List.copyOf(giveWay));
  }

  private boolean fits(long bytesAfter, long largeAfter, Held wanted) {
    return bytesAfter <= bytesMax && (!wanted.isLarge() || largeAfter <= largeBytesMax);
  }

  /// Slow bodies, oldest first. A small body takes from large ones first; a large one takes only
  /// from large ones.
  private List<Map.Entry<B, Held>> slowest(boolean isForLarge, Duration now) {
    List<Map.Entry<B, Held>> slow = new ArrayList<>(slow(now, true));
    if (!isForLarge) {
      slow.addAll(slow(now, false));
    }
    return slow;
  }

  private List<Map.Entry<B, Held>> slow(Duration now, boolean isLarge) {
    return held.entrySet().stream()
        .filter(one ->
            one.getValue().isComing()
                && one.getValue().isLarge() == isLarge
                && now.minus(one.getValue().since()).compareTo(SLOW_AFTER) >= 0)
        .map(one -> Map.entry(one.getKey(), one.getValue()))
        .toList();
  }

  /// The body is complete and is never dropped.
  ///
  /// @return false when it was dropped already
  boolean isWhole(B body) {
    Held one = held.get(body);
    if (one == null) {
      return false;
    }
    held.put(body, new Held(one.since(), one.bytes(), false));
    return true;
  }

  /// The body is stored, refused or given up.
  void release(B body) {
    Held one = held.remove(body);
    if (one != null) {
      bytes -= one.bytes();
      largeBytes -= one.largeBytes();
    }
  }

  /// The bytes in use.
  long bytes() {
    return bytes;
  }
}
