package stripebridge.service.inbox.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxException;

/// What this process has in the shared inbox, and the thread that renews its lease of it. The same
/// thread frees what dead processes had.
///
/// Thread-safe; what it knows is in concurrent collections.
final class Leases {
  // A lease outlives two renewals that fail.
  private static final int RENEWALS_A_LEASE = 3;
  private static final Duration AGAIN_AFTER = Duration.ofMillis(500);
  private static final int RENEWED_AT_ONCE_MAX = 1_000;
  private static final String VERSION = "1";

  private final RedisLink link;
  private final String consumer;
  private final Duration lease;
  private final Map<Long, Claimed> claimed = new ConcurrentHashMap<>();
  private final Set<String> topics = ConcurrentHashMap.newKeySet();
  private final Thread thread;
  private volatile boolean isStopped;
  private volatile @Nullable Throwable failure;

  Leases(RedisLink link, String consumer, Duration lease) {
    this.link = link;
    this.consumer = consumer;
    this.lease = lease;
    // A daemon: a Redis that hangs must not keep the process from its end.
    thread = Thread.ofPlatform().name("inbox-leases").daemon().unstarted(this::run);
  }

  /// Makes this process known, and what it takes to claim.
  ///
  /// @throws InboxException.Unusable when what is stored is of a newer version
  void join() throws InboxException {
    String version = Reply.text(link.run("open", Script.JOIN, consumer, lease.toMillis()));
    if (!version.equals(VERSION)) {
      throw new InboxException.Unusable(
          "cannot open the inbox at %s: it has version %s, and this stripebridge knows %s"
              .formatted(link, version, VERSION),
          "use the stripebridge that wrote it, or another REDIS_KEY_PREFIX",
          null);
    }
  }

  void start() {
    thread.start();
  }

  /// What ended the thread that renews, if something has: from then on others take over what this
  /// process claims.
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /// Renews nothing from now on.
  void stop() {
    isStopped = true;
    LockSupport.unpark(thread);
    try {
      thread.join(RedisLink.ANSWER_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// This process has nothing any more.
  void leave() throws InboxException {
    var _ = link.run("leave", Script.LEAVE, consumer);
  }

  void claimed(Claim claim) {
    claimed.put(claim.sequence(), Claimed.of(claim));
  }

  /// Absent when this process does not have it, or not any more.
  @Nullable Claimed claimed(long sequence) {
    return claimed.get(sequence);
  }

  void settled(long sequence) {
    claimed.remove(sequence);
  }

  List<Long> sequences() {
    return List.copyOf(claimed.keySet());
  }

  /// This process sees to what is held behind a topic.
  void held(String topic) {
    topics.add(topic);
  }

  void letGo(String topic) {
    topics.remove(topic);
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
          join();
          renewingSince = System.nanoTime();
        }
        isKnown = true;
        renew();
        if (System.nanoTime() - begun > interval.toNanos()) {
          renewingSince = System.nanoTime();
        }
        // Where Redis was away or hung, nobody could renew. Only the dead have not since.
        if (System.nanoTime() - renewingSince >= lease.toNanos()) {
          var _ = link.run("take over from", Script.RECOVER, consumer, lease.toMillis());
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
    List<Long> sequences = sequences();
    int from = 0;
    do {
      int to = Math.min(sequences.size(), from + RENEWED_AT_ONCE_MAX);
      List<String> held = from == 0 ? List.copyOf(topics) : List.of();
      List<Object> arguments = new ArrayList<>();
      arguments.addAll(List.of(consumer, lease.toMillis(), held.size()));
      arguments.addAll(held);
      arguments.addAll(sequences.subList(from, to));
      for (Object lost : Reply.list(link.run("renew in", Script.RENEW, arguments.toArray()))) {
        claimed.remove(Reply.number(lost));
      }
      from = to;
    } while (from < sequences.size());
  }
}
