package stripebridge.service.inbox.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxException;

/// What this process has in the shared inbox, and the thread that renews its lease of it. The same
/// thread frees what dead processes had.
///
/// Thread-safe: the monitor of `book` guards it, and is held for steps in the heap only.
final class Leases {
  // A lease outlives two renewals that fail.
  private static final int RENEWALS_A_LEASE = 3;
  private static final Duration AGAIN_AFTER = Duration.ofMillis(500);
  private static final int RENEWED_AT_ONCE_MAX = 1_000;

  /// What Redis does, each in one step.
  interface Steps {
    /// Makes this process known, and what it takes to claim.
    ///
    /// @throws InboxException.Unusable when what is stored is of a newer version
    void join() throws InboxException;

    /// Renews what this process has claimed.
    ///
    /// @return of the sequences, those that are not this process's any more
    Set<Long> renew(List<String> topics, List<Long> sequences) throws InboxException;

    /// Frees what dead processes had.
    void recover() throws InboxException;

    /// This process has nothing any more.
    void leave() throws InboxException;
  }

  private final Steps steps;
  private final Duration lease;
  private final ClaimBook book = new ClaimBook();
  private final Thread thread;
  private volatile boolean isStopped;
  private volatile @Nullable Throwable failure;

  Leases(Steps steps, Duration lease) {
    this.steps = steps;
    this.lease = lease;
    // A daemon: a Redis that hangs must not keep the process from its end.
    thread = Thread.ofPlatform().name("inbox-leases").daemon().unstarted(this::run);
  }

  void join() throws InboxException {
    steps.join();
  }

  void start() {
    thread.start();
  }

  /// What ended the thread that renews, if something has.
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /// @throws InboxException.Unavailable when nobody renews: others take over what is claimed, and
  ///   would publish it, too
  void requireRenewal() throws InboxException.Unavailable {
    Throwable seen = failure;
    if (seen != null) {
      throw new InboxException.Unavailable(
          "cannot claim: the thread that renews leases has died of " + seen, seen);
    }
  }

  /// Renews nothing from now on.
  void stop() {
    isStopped = true;
    LockSupport.unpark(thread);
    try {
      thread.join(RedisConnections.ANSWER_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// This process has nothing any more.
  void leave() throws InboxException {
    steps.leave();
  }

  void claimed(Claim claim) {
    synchronized (book) {
      book.given(claim.sequence(), Claimed.of(claim));
    }
  }

  /// Absent when this process does not have it, or not any more.
  ClaimBook.@Nullable Mine find(long sequence) {
    synchronized (book) {
      return book.find(sequence);
    }
  }

  void settled(ClaimBook.Mine mine) {
    synchronized (book) {
      book.ended(mine);
    }
  }

  List<Long> sequences() {
    return claims().stream().map(ClaimBook.Mine::sequence).toList();
  }

  private List<ClaimBook.Mine> claims() {
    synchronized (book) {
      return book.claims();
    }
  }

  /// This process sees to what is held behind a topic.
  void held(String topic) {
    synchronized (book) {
      book.held(topic);
    }
  }

  /// Stands for this moment; for [#letGo].
  long moment() {
    synchronized (book) {
      return book.moment();
    }
  }

  /// Nothing was held behind a topic.
  ///
  /// @param asked the moment before Redis was asked
  void letGo(String topic, long asked) {
    synchronized (book) {
      book.letGo(topic, asked);
    }
  }

  private void run() {
    try {
      renewUntilStopped();
    } catch (Throwable e) {
      // Not thrown on: whoever has the inbox asks, and ends the process with its cause.
      failure = e;
    }
  }

  private void renewUntilStopped() {
    Duration interval = lease.dividedBy(RENEWALS_A_LEASE);
    boolean isKnown = true;
    long renewingSince = System.nanoTime();
    while (!isStopped) {
      Duration pause = interval;
      long begun = System.nanoTime();
      try {
        if (!isKnown) {
          steps.join();
          renewingSince = System.nanoTime();
        }
        isKnown = true;
        renew();
        if (System.nanoTime() - begun > interval.toNanos()) {
          renewingSince = System.nanoTime();
        }
        // Where Redis was away or hung, nobody could renew. Only the dead have not since.
        if (System.nanoTime() - renewingSince >= lease.toNanos()) {
          steps.recover();
        }
      } catch (InboxException | RuntimeException _) {
        // Whoever appends, claims and settles says so; whatever it is, whoever ends here loses all
        // that it has claimed. Redis may have lost what it knew of us.
        isKnown = false;
        pause = pause.compareTo(AGAIN_AFTER) < 0 ? pause : AGAIN_AFTER;
      }
      if (!isStopped) {
        LockSupport.parkNanos(this, pause.toNanos());
      }
    }
  }

  private void renew() throws InboxException {
    List<String> topics;
    List<ClaimBook.Mine> claims;
    synchronized (book) {
      topics = book.topics();
      claims = book.claims();
    }
    int from = 0;
    do {
      int to = Math.min(claims.size(), from + RENEWED_AT_ONCE_MAX);
      List<ClaimBook.Mine> some = claims.subList(from, to);
      Set<Long> lost =
          steps.renew(
              from == 0 ? topics : List.of(), some.stream().map(ClaimBook.Mine::sequence).toList());
      synchronized (book) {
        some.stream().filter(mine -> lost.contains(mine.sequence())).forEach(book::ended);
      }
      from = to;
    } while (from < claims.size());
  }
}
