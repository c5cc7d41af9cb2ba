package stripebridge.sandbox.internal.broker;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.smf.Response;

/// The faults in effect, checked wherever one can strike.
///
/// Thread-safe without locks. Without a fault, a check costs one volatile read.
public final class ActiveFaults {
  private static final long NONE = -1;

  private final LongSupplier millis;
  private final Countdown<Response> loginRefusals = new Countdown<>();
  private final Countdown<Response> publishRefusals = new Countdown<>();
  private final Countdown<Integer> sempFailures = new Countdown<>();
  private volatile boolean acksStalled;
  private volatile long slowAcksMillis;
  private volatile long slowSempMillis;
  private volatile long outageUntil;
  private final AtomicLong framesUntilDrop = new AtomicLong(NONE);

  /// A value that is used a limited number of times.
  private static final class Countdown<T> {
    private final AtomicReference<@Nullable Remaining<T>> left = new AtomicReference<>();

    private record Remaining<T>(T what, long times) {}

    void set(T what, long times) {
      left.set(new Remaining<>(what, times));
    }

    void clear() {
      left.set(null);
    }

    /// Uses it once; null when it is used up.
    @Nullable T next() {
      if (left.get() == null) {
        return null;
      }
      ActiveFaults.Countdown.Remaining<T> used = left.getAndUpdate(Countdown::less);
      return used == null ? null : used.what();
    }

    private static <T> @Nullable Remaining<T> less(@Nullable Remaining<T> set) {
      return set == null || set.times() <= 1 ? null : new Remaining<>(set.what(), set.times() - 1);
    }
  }

  ActiveFaults(LongSupplier millis) {
    this.millis = millis;
  }

  /// Refuses the next logins.
  public void refuseLogins(int code, String phrase, long times) {
    loginRefusals.set(new Response(code, phrase), times);
  }

  /// Refuses the next guaranteed messages.
  public void refusePublishes(int code, String phrase, long times) {
    publishRefusals.set(new Response(code, phrase), times);
  }

  /// Fails the next SEMP requests.
  public void failSemp(int status, long times) {
    sempFailures.set(status, times);
  }

  public void slowSemp(long millisEach) {
    slowSempMillis = millisEach;
  }

  void stallAcks() {
    acksStalled = true;
  }

  void slowAcks(long delayMillis) {
    slowAcksMillis = delayMillis;
  }

  /// Lets this many frames through, then drops the connection of the next one, unread.
  void dropAfter(long frames) {
    framesUntilDrop.set(frames);
  }

  void outage(long forMillis) {
    outageUntil = millis.getAsLong() + forMillis;
  }

  void clear() {
    loginRefusals.clear();
    publishRefusals.clear();
    sempFailures.clear();
    acksStalled = false;
    slowAcksMillis = 0;
    slowSempMillis = 0;
    outageUntil = 0;
    framesUntilDrop.set(NONE);
  }

  @Nullable Response nextLoginRefusal() {
    return loginRefusals.next();
  }

  @Nullable Response nextPublishRefusal() {
    return publishRefusals.next();
  }

  /// The status that the next SEMP request fails with, or 0.
  public int nextSempFailure() {
    Integer status = sempFailures.next();
    return status == null ? 0 : status;
  }

  public long slowSempMillis() {
    return slowSempMillis;
  }

  boolean areAcksStalled() {
    return acksStalled;
  }

  long slowAcksMillis() {
    return slowAcksMillis;
  }

  /// Whether connections are refused at the moment.
  public boolean isOutage() {
    long until = outageUntil;
    return until != 0 && millis.getAsLong() < until;
  }

  /// Counts a frame; true when its connection must be dropped.
  boolean dropsThisFrame() {
    if (framesUntilDrop.get() == NONE) {
      return false;
    }
    long left = framesUntilDrop.getAndUpdate(count -> count == NONE ? NONE : count - 1);
    return left == 0;
  }
}
