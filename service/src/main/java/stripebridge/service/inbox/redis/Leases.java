package stripebridge.service.inbox.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxException;

/// Keeps this process's lease on the entries that it has claimed: a thread renews it. The same
/// thread frees the claims of dead processes.
///
/// Thread-safe: the monitor of `book` guards `book`. No I/O happens under it.
final class Leases {
  // A lease outlives two failed renewals.
  private static final int RENEWALS_A_LEASE = 3;
  private static final Duration RETRY_INTERVAL = Duration.ofMillis(500);
  private static final int RENEWED_AT_ONCE_MAX = 1_000;

  /// The requests to Redis; each is one atomic script.
  interface Commands {
    /// Registers this process, and creates the consumer group if it is missing.
    ///
    /// @throws InboxException.Unusable when a newer release wrote the inbox
    void join() throws InboxException;

    /// Renews the lease on claimed entries and topics.
    ///
    /// @return those of the sequences that this process no longer has
    Set<Long> renew(List<String> topics, List<Long> sequences) throws InboxException;

    /// Frees the claims of dead processes.
    void recover() throws InboxException;

    /// Unregisters this process, which has given everything back.
    void leave() throws InboxException;
  }

  private final Commands commands;
  private final Duration lease;
  private final ClaimBook book = new ClaimBook();
  private final Thread thread;
  private volatile boolean isStopped;
  private volatile @Nullable Throwable failure;

  Leases(Commands commands, Duration lease) {
    this.commands = commands;
    this.lease = lease;
    // A daemon: a Redis that hangs must not keep the process alive.
    thread = Thread.ofPlatform().name("inbox-leases").daemon().unstarted(this::run);
  }

  void join() throws InboxException {
    commands.join();
  }

  void start() {
    thread.start();
  }

  /// Why the renewing thread died, if it did.
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /// @throws InboxException.Unavailable when the renewing thread has died: other processes would
  ///   take over new claims and publish them, too
  void requireRenewal() throws InboxException.Unavailable {
    Throwable seen = failure;
    if (seen != null) {
      throw new InboxException.Unavailable(
          "cannot claim: the thread that renews leases has died of " + seen, seen);
    }
  }

  /// Stops renewing.
  void stop() {
    isStopped = true;
    LockSupport.unpark(thread);
    try {
      thread.join(RedisConnections.ANSWER_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  void leave() throws InboxException {
    commands.leave();
  }

  void add(Claim claim) {
    synchronized (book) {
      book.add(claim.sequence(), ClaimBook.EventSummary.of(claim));
    }
  }

  /// Absent when this process does not have the entry, or no longer.
  ClaimBook.@Nullable LocalClaim find(long sequence) {
    synchronized (book) {
      return book.find(sequence);
    }
  }

  void remove(ClaimBook.LocalClaim claim) {
    synchronized (book) {
      book.remove(claim);
    }
  }

  List<Long> sequences() {
    synchronized (book) {
      return book.claims().stream().map(ClaimBook.LocalClaim::sequence).toList();
    }
  }

  /// From now on this process drains the entries that are held behind the topic.
  void addTopic(String topic) {
    synchronized (book) {
      book.addTopic(topic);
    }
  }

  /// Read before a request to Redis, for [#removeTopic] after it.
  long version() {
    synchronized (book) {
      return book.version();
    }
  }

  /// Redis replied that nothing was held behind the topic.
  ///
  /// @param before the version before the request
  void removeTopic(String topic, long before) {
    synchronized (book) {
      book.removeTopic(topic, before);
    }
  }

  private void run() {
    try {
      renewUntilStopped();
    } catch (Throwable e) {
      // Not rethrown: the owner of the inbox polls `failure` and ends the process with this cause.
      failure = e;
    }
  }

  private void renewUntilStopped() {
    Duration interval = lease.dividedBy(RENEWALS_A_LEASE);
    boolean isRegistered = true;
    long renewingSince = System.nanoTime();
    while (!isStopped) {
      Duration pause = interval;
      long begun = System.nanoTime();
      try {
        if (!isRegistered) {
          commands.join();
          renewingSince = System.nanoTime();
        }
        isRegistered = true;
        renew();
        if (System.nanoTime() - begun > interval.toNanos()) {
          renewingSince = System.nanoTime();
        }
        // While Redis was down or hung, no process could renew. After a whole lease of successful
        // renewals, only dead processes have not.
        if (System.nanoTime() - renewingSince >= lease.toNanos()) {
          commands.recover();
        }
      } catch (InboxException | RuntimeException _) {
        // Not reported here: append, claim and settle fail and say so. Any exception is survived,
        // since a thread that ends loses all claims. Redis may have forgotten this process.
        isRegistered = false;
        pause = pause.compareTo(RETRY_INTERVAL) < 0 ? pause : RETRY_INTERVAL;
      }
      if (!isStopped) {
        LockSupport.parkNanos(this, pause.toNanos());
      }
    }
  }

  private void renew() throws InboxException {
    List<String> topics;
    List<ClaimBook.LocalClaim> claims;
    synchronized (book) {
      topics = book.topics();
      claims = book.claims();
    }
    int from = 0;
    do {
      int to = Math.min(claims.size(), from + RENEWED_AT_ONCE_MAX);
      List<ClaimBook.LocalClaim> batch = claims.subList(from, to);
      Set<Long> lost =
          commands.renew(
              from == 0 ? topics : List.of(),
              batch.stream().map(ClaimBook.LocalClaim::sequence).toList());
      synchronized (book) {
        batch.stream().filter(claim -> lost.contains(claim.sequence())).forEach(book::remove);
      }
      from = to;
    } while (from < claims.size());
  }
}
