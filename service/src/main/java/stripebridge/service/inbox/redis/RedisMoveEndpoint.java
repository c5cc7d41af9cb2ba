package stripebridge.service.inbox.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.event.EventId;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxException;
import stripebridge.service.inbox.MoveEndpoint;
import stripebridge.service.inbox.MovedEntry;
import stripebridge.service.inbox.StateText;

/// The source or target of a move in Redis. Replicas may use a target meanwhile, but not a source.
public final class RedisMoveEndpoint implements MoveEndpoint {
  // What `move-out.lua` replies while a replica is alive.
  private static final long IN_USE = -1;

  private final RedisConnections redis;
  private final Durability durability;
  private final InstantSource clock;
  private final Duration idMemory;
  private final Membership membership;
  private @Nullable KeyScan idKeys;

  private RedisMoveEndpoint(
      RedisConnections redis,
      Durability durability,
      InstantSource clock,
      Duration idMemory,
      Membership membership) {
    this.redis = redis;
    this.durability = durability;
    this.clock = clock;
    this.idMemory = idMemory;
    this.membership = membership;
  }

  /// Opens the inbox, and creates it if it is missing.
  ///
  /// @param folder that relative paths of certificates start from
  /// @param idMemory how long the id of a published event is remembered after it was published
  public static RedisMoveEndpoint open(
      InboxSettings.Shared settings, Path folder, InstantSource clock, Duration idMemory)
      throws InboxException {
    RedisConnections redis = RedisConnections.open(settings, folder);
    try {
      Durability durability = new Durability(redis, settings.durability());
      List<String> _ = durability.check();
      // Creates the consumer group. Without a name, a move does not count as a replica.
      Membership membership = new Membership(redis, "", Duration.ZERO, settings.format());
      membership.join();
      return new RedisMoveEndpoint(redis, durability, clock, idMemory, membership);
    } catch (InboxException e) {
      redis.close();
      throw e;
    }
  }

  @Override
  public List<MovedEntry> first(int max) throws InboxException {
    for (EntryState state : List.of(EntryState.WAITING, EntryState.PARKED)) {
      List<?> page = Reply.list(redis.run("read", Script.PAGE, StateText.of(state), "0", max, "1"));
      if (!page.isEmpty()) {
        return page.stream()
            .map(flat -> moved(RedisEntries.stored(Reply.list(flat), state)))
            .toList();
      }
    }
    return firstRemembered(max);
  }

  private static MovedEntry moved(RedisEntries.StoredEntry stored) {
    EntryRow row = stored.row();
    return new MovedEntry(
        row.state(),
        row.sequence(),
        row.eventId(),
        row.eventType(),
        stored.objectId(),
        row.account(),
        row.receivedAt().toEpochMilli(),
        stored.body(),
        stored.checksum(),
        row.refusals(),
        row.permanentRefusals(),
        row.settledAt().map(Instant::toEpochMilli).orElse(0L),
        row.reason(),
        row.detail());
  }

  private List<MovedEntry> firstRemembered(int max) throws InboxException {
    String prefix = redis.keyPrefix() + "id:";
    KeyScan keys = idKeys == null ? KeyScan.of(redis, prefix) : idKeys;
    idKeys = keys;
    List<MovedEntry> found = new ArrayList<>();
    while (found.size() < max && keys.hasMore()) {
      keys.next()
          .forEach((key, value) -> {
            if (RedisEntries.isRemembered(value)) {
              String eventId = key.substring(prefix.length());
              found.add(moved(RedisEntries.remembered(eventId, value)));
            }
          });
    }
    return found;
  }

  @Override
  public Optional<MovedEntry> find(String eventId) throws InboxException {
    return RedisEntries.find(redis, eventId).map(RedisMoveEndpoint::moved);
  }

  @Override
  public int take(List<MovedEntry> entries) throws InboxException {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of(clock.millis(), idMemory.toMillis()));
    for (MovedEntry entry : entries) {
      StoredBody body = membership.stored(entry.body());
      arguments.addAll(
          List.of(
              StateText.of(entry.state()),
              entry.eventId(),
              entry.eventType(),
              entry.account(),
              entry.receivedAt(),
              body.bytes(),
              entry.checksum(),
              entry.refusals(),
              entry.permanentRefusals(),
              entry.settledAt(),
              entry.reason(),
              entry.detail(),
              // A damaged file may hold anything.
              membership.keepsObjects() && EventId.isLegal(entry.objectId())
                  ? entry.objectId()
                  : "",
              body.deflatedFrom()));
    }
    return redis.use(
        "move into",
        connection -> {
          long count = Reply.number(redis.run(connection, Script.MOVE_IN, arguments.toArray()));
          durability.confirm(connection);
          return (int) count;
        });
  }

  @Override
  public void drop(List<MovedEntry> entries) throws InboxException {
    List<Object> arguments = new ArrayList<>();
    for (MovedEntry entry : entries) {
      arguments.add(entry.eventId());
      arguments.add(entry.sequence());
    }
    long dropped = Reply.number(redis.run("move out of", Script.MOVE_OUT, arguments.toArray()));
    if (dropped == IN_USE) {
      throw new InboxException.Unusable(
          "cannot move out of the inbox at " + redis + ": a serve uses it",
          "stop all that share it; one that was killed counts for "
              + RedisInbox.LEASE.toSeconds()
              + " s more",
          null);
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
