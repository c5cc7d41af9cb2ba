package stripebridge.sandbox.internal.broker;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.smf.Response;

/// What shall go wrong. Asked wherever it may.
///
/// Thread-safe. Where nothing is set, asking costs one volatile read.
public final class FaultBoard {
  private static final long NONE = -1;

  private final LongSupplier millis;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Times<Response> loginRefusal;
  private volatile @Nullable Times<Response> publishRefusal;
  private volatile @Nullable Times<Integer> sempFailure;
  private volatile boolean acksStalled;
  private volatile long slowAcksMillis;
  private volatile long slowSempMillis;
  private volatile long outageUntil;
  private final AtomicLong framesUntilDrop = new AtomicLong(NONE);

  private record Times<T>(T what, long left) {}

  FaultBoard(LongSupplier millis) {
    this.millis = millis;
  }

  /// Refuses the next logins.
  public void refuseLogins(int code, String phrase, long times) {
    loginRefusal = new Times<>(new Response(code, phrase), times);
  }

  /// Refuses the next guaranteed messages.
  public void refusePublishes(int code, String phrase, long times) {
    publishRefusal = new Times<>(new Response(code, phrase), times);
  }

  /// Fails the next SEMP requests.
  public void failSemp(int status, long times) {
    sempFailure = new Times<>(status, times);
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

  /// Lets so many frames through, then drops the connection on which the next one comes, unread.
  void dropAfter(long frames) {
    framesUntilDrop.set(frames);
  }

  void outage(long forMillis) {
    outageUntil = millis.getAsLong() + forMillis;
  }

  void clear() {
    loginRefusal = null;
    publishRefusal = null;
    sempFailure = null;
    acksStalled = false;
    slowAcksMillis = 0;
    slowSempMillis = 0;
    outageUntil = 0;
    framesUntilDrop.set(NONE);
  }

  @Nullable Response nextLoginRefusal() {
    var set = loginRefusal;
    if (set == null) {
      return null;
    }
    lock.lock();
    try {
      set = loginRefusal;
      loginRefusal = used(set);
      return set == null ? null : set.what();
    } finally {
      lock.unlock();
    }
  }

  @Nullable Response nextRefusal() {
    var set = publishRefusal;
    if (set == null) {
      return null;
    }
    lock.lock();
    try {
      set = publishRefusal;
      publishRefusal = used(set);
      return set == null ? null : set.what();
    } finally {
      lock.unlock();
    }
  }

  /// The status that the next SEMP request fails with, or 0.
  public int nextSempFailure() {
    if (sempFailure == null) {
      return 0;
    }
    lock.lock();
    try {
      var set = sempFailure;
      sempFailure = used(set);
      return set == null ? 0 : set.what();
    } finally {
      lock.unlock();
    }
  }

  private static <T> @Nullable Times<T> used(@Nullable Times<T> set) {
    return set == null || set.left() <= 1 ? null : new Times<>(set.what(), set.left() - 1);
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

  /// Whether nothing is accepted at the moment.
  public boolean isOutage() {
    long until = outageUntil;
    return until != 0 && millis.getAsLong() < until;
  }

  /// Counts a frame; true when its connection is to be dropped.
  boolean dropsThisFrame() {
    if (framesUntilDrop.get() == NONE) {
      return false;
    }
    long left = framesUntilDrop.getAndUpdate(count -> count == NONE ? NONE : count - 1);
    return left == 0;
  }
}
