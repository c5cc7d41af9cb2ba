package stripebridge.service.inbox.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import stripebridge.core.inbox.InboxException;

/// Registers this process with the others that share the inbox, and renews its lease. Each request
/// is one script. Thread-safe.
final class Membership implements Leases.Commands {
  private static final int FORMAT_MAX = 3;

  // What `join.lua` replies instead of a version.
  private static final String UNREADABLE = "UNREADABLE";

  private final RedisConnections redis;
  private final String consumer;
  private final Duration lease;
  private final Optional<Integer> requestedFormat;

  /// The format of new entries, as of the last [#join]; 0 before the first.
  private volatile int format;

  /// @param consumer this process's name; empty for a process that claims nothing
  /// @param requestedFormat of new entries; absent: the inbox's own
  Membership(
      RedisConnections redis, String consumer, Duration lease, Optional<Integer> requestedFormat) {
    this.redis = redis;
    this.consumer = consumer;
    this.lease = lease;
    this.requestedFormat = requestedFormat;
  }

  /// Refuses an inbox that a later release has written to.
  static void requireReadable(RedisConnections redis, String version)
      throws InboxException.Unusable {
    if (!Set.of("1", "2", "3").contains(version)) {
      throw new InboxException.Unusable(
          "cannot open the inbox at %s: it has version %s, and this stripebridge knows 1 to %d"
              .formatted(redis, version, FORMAT_MAX),
          "use the stripebridge that wrote it, or another REDIS_KEY_PREFIX",
          null);
    }
  }

  @Override
  public void join() throws InboxException {
    String version =
        Reply.text(
            redis.run(
                "open",
                Script.JOIN,
                consumer,
                lease.toMillis(),
                // A Redis that lost its data gets the format that it had: a replica that shares it
                // may read no later one.
                requestedFormat.orElse(format),
                FORMAT_MAX));
    if (version.equals(UNREADABLE)) {
      throw new InboxException.Unusable(
          "cannot open the inbox at %s with INBOX_FORMAT=%d: a replica that shares it is of an"
                  .formatted(redis, requestedFormat.orElse(FORMAT_MAX))
              + " older release and cannot read that",
          "leave INBOX_FORMAT unset until no such replica is left; one that was killed counts for "
              + RedisInbox.LEASE.toSeconds()
              + " s more",
          null);
    }
    requireReadable(redis, version);
    format = requestedFormat.orElseGet(() -> Integer.parseInt(version));
  }

  /// Whether new entries keep the ids of their events' objects.
  boolean keepsObjects() {
    return format > 1;
  }

  /// A body as new entries keep it.
  StoredBody stored(byte[] body) {
    return format > 2 ? StoredBody.smallest(body) : StoredBody.plain(body);
  }

  @Override
  public Set<Long> renew(List<String> topics, List<Long> sequences) throws InboxException {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of(consumer, lease.toMillis(), topics.size()));
    arguments.addAll(topics);
    arguments.addAll(sequences);
    return Reply.list(redis.run("renew in", Script.RENEW, arguments.toArray())).stream()
        .map(Reply::number)
        .collect(Collectors.toSet());
  }

  @Override
  public void recover() throws InboxException {
    Object _ = redis.run("take over from", Script.RECOVER, consumer, lease.toMillis());
  }

  @Override
  public void leave() throws InboxException {
    Object _ = redis.run("leave", Script.LEAVE, consumer);
  }
}
