package stripebridge.service.inbox.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import stripebridge.core.inbox.InboxException;

/// This process as one of those that share the inbox: the steps that it takes in Redis, each one
/// script. Thread-safe.
final class Membership implements Leases.Steps {
  private static final int READS = 2;

  private final RedisConnections link;
  private final String consumer;
  private final Duration lease;
  private final Optional<Integer> asked;

  /// What new entries are written in, as of the last time it joined.
  private volatile int format = 1;

  /// @param consumer its name; empty for who only looks, or moves entries
  /// @param asked what it is to write new entries in; absent: as the inbox is
  Membership(RedisConnections link, String consumer, Duration lease, Optional<Integer> asked) {
    this.link = link;
    this.consumer = consumer;
    this.lease = lease;
    this.asked = asked;
  }

  /// Refuses an inbox that a later release has written to.
  static void requireReadable(RedisConnections link, String version) throws InboxException.Unusable {
    if (!Set.of("1", "2").contains(version)) {
      throw new InboxException.Unusable(
          "cannot open the inbox at %s: it has version %s, and this stripebridge knows 1 and %d"
              .formatted(link, version, READS),
          "use the stripebridge that wrote it, or another REDIS_KEY_PREFIX",
          null);
    }
  }

  @Override
  public void join() throws InboxException {
    String version =
        Reply.text(
            link.run("open", Script.JOIN, consumer, lease.toMillis(), asked.orElse(0), READS));
    if (version.equals("UNREADABLE")) {
      throw new InboxException.Unusable(
          "cannot open the inbox at %s with INBOX_FORMAT=%d: a replica that shares it is of an"
                  .formatted(link, asked.orElse(READS))
              + " older release and cannot read that",
          "leave INBOX_FORMAT at 1 until no such replica is left; one that was killed counts for "
              + RedisInbox.LEASE.toSeconds()
              + " s more",
          null);
    }
    requireReadable(link, version);
    format = asked.orElseGet(() -> Integer.parseInt(version));
  }

  /// Whether new entries say what their events are about.
  boolean keepsObjects() {
    return format > 1;
  }

  @Override
  public Set<Long> renew(List<String> topics, List<Long> sequences) throws InboxException {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of(consumer, lease.toMillis(), topics.size()));
    arguments.addAll(topics);
    arguments.addAll(sequences);
    return Reply.list(link.run("renew in", Script.RENEW, arguments.toArray())).stream()
        .map(Reply::number)
        .collect(Collectors.toSet());
  }

  @Override
  public void recover() throws InboxException {
    var _ = link.run("take over from", Script.RECOVER, consumer, lease.toMillis());
  }

  @Override
  public void leave() throws InboxException {
    var _ = link.run("leave", Script.LEAVE, consumer);
  }
}
