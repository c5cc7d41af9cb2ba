package stripebridge.service.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Decides how much of all bodies is held at the same time, and who gives way when there is no
/// room. It counts what has come, not what was announced. Large bodies have a share that leaves
/// room for small ones, and a body that has been coming for a while is slow, and gives way to
/// others.
///
/// No clock, no lock and no I/O.
///
/// @param <B> a body, by its identity
final class BodyBudget<B> {
  /// The usual event is some kilobytes; few are larger than this. With such bodies on all
  /// connections that may be open, half of the largest budget is free.
  static final int SMALL_BYTES_MAX = 16 << 10;

  /// A body of 1 MiB takes that long at 40 Mbit/s, and the usual one is there at once. Who is
  /// slower gives way only where there is no room.
  static final Duration SLOW_AFTER = Duration.ofMillis(200);

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

    long largeBytes() {
      return isLarge() ? bytes : 0;
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
    long bytesAfter = bytes - before.bytes() + after.bytes();
    long largeAfter = largeBytes - before.largeBytes() + after.largeBytes();
    if (!fits(bytesAfter, largeAfter, after)) {
      for (Map.Entry<B, Held> slow : slowest(after.isLarge(), now)) {
        // When the one that wants more is the slowest, it is the one to go.
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

  /// Those that are slow, in the order in which they began. A small body takes from large ones
  /// first; a large one takes from nobody else.
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
      bytes -= one.bytes();
      largeBytes -= one.largeBytes();
    }
  }

  /// How many bytes are held.
  long bytes() {
    return bytes;
  }
}
