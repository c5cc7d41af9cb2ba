package stripebridge.service.inbox.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.event.EventId;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxException;
import stripebridge.service.inbox.MoveEndpoint;
import stripebridge.service.inbox.MovedEntry;

/// The inbox in Redis as an end of a move. Entries may come to it while replicas share it; they
/// leave it only when none does.
public final class RedisMoveEndpoint implements MoveEndpoint {
  private static final long IN_USE = -1;

  private final RedisConnections link;
  private final Durability durability;
  private final InstantSource clock;
  private final Duration idMemory;
  private final boolean keepsObjects;
  private @Nullable KeyScan remembered;

  private RedisMoveEndpoint(
      RedisConnections link,
      Durability durability,
      InstantSource clock,
      Duration idMemory,
      boolean keepsObjects) {
    this.link = link;
    this.durability = durability;
    this.clock = clock;
    this.idMemory = idMemory;
    this.keepsObjects = keepsObjects;
  }

  /// Opens the inbox, and makes it where there is none.
  ///
  /// @param folder where relative paths of certificates start
  /// @param idMemory how long the id of a published event is remembered, from when it was
  public static RedisMoveEndpoint open(
      InboxSettings.Shared settings, Path folder, InstantSource clock, Duration idMemory)
      throws InboxException {
    RedisConnections link = RedisConnections.open(settings, folder);
    try {
      Durability durability = new Durability(link, settings.durability());
      var _ = durability.check();
      // It takes a group to claim from, and no replica is one more by a move.
      Membership membership = new Membership(link, "", Duration.ZERO, settings.format());
      membership.join();
      return new RedisMoveEndpoint(link, durability, clock, idMemory, membership.keepsObjects());
    } catch (InboxException e) {
      link.close();
      throw e;
    }
  }

  @Override
  public List<MovedEntry> first(int max) throws InboxException {
    for (EntryState state : List.of(EntryState.WAITING, EntryState.PARKED)) {
      String which = state.name().toLowerCase(Locale.ROOT);
      List<?> page = Reply.list(link.run("read", Script.PAGE, which, "0", max, "1"));
      if (!page.isEmpty()) {
        return page.stream().map(flat -> moved(Reply.list(flat), state)).toList();
      }
    }
    return firstRemembered(max);
  }

  private static MovedEntry moved(List<?> flat, EntryState state) {
    Map<String, byte[]> values = Reply.named(flat.subList(1, flat.size()));
    EntryRow row = RedisEntries.row(flat, state);
    return moved(
        row,
        Reply.text(values, "object"),
        values.getOrDefault("body", new byte[0]),
        Reply.number(values, "sum"));
  }

  private static MovedEntry moved(EntryRow row, String objectId, byte[] body, long checksum) {
    return new MovedEntry(
        row.state(),
        row.sequence(),
        row.eventId(),
        row.eventType(),
        objectId,
        row.account(),
        row.receivedAt().toEpochMilli(),
        body,
        checksum,
        row.refusals(),
        row.permanentRefusals(),
        row.settledAt().map(Instant::toEpochMilli).orElse(0L),
        row.reason(),
        row.detail());
  }

  private List<MovedEntry> firstRemembered(int max) throws InboxException {
    String prefix = link.base() + "id:";
    KeyScan keys = remembered == null ? KeyScan.of(link, prefix) : remembered;
    remembered = keys;
    List<MovedEntry> found = new ArrayList<>();
    while (found.size() < max && keys.hasMore()) {
      keys.next()
          .forEach((key, value) -> {
            if (RedisEntries.isRemembered(value)) {
              String eventId = key.substring(prefix.length());
              found.add(
                  moved(
                      RedisEntries.remembered(eventId, value),
                      RedisEntries.rememberedObject(value),
                      new byte[0],
                      0));
            }
          });
    }
    return found;
  }

  @Override
  public Optional<MovedEntry> find(String eventId) throws InboxException {
    Object found = link.run("read", Script.FIND, eventId);
    if (Reply.isList(found)) {
      List<?> flat = Reply.list(found);
      boolean isParked = Reply.named(flat.subList(1, flat.size())).containsKey("settled");
      return flat.size() == 1
          ? Optional.empty()
          : Optional.of(moved(flat, isParked ? EntryState.PARKED : EntryState.WAITING));
    }
    String value = Reply.text(found);
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of(
            moved(
                RedisEntries.remembered(eventId, value),
                RedisEntries.rememberedObject(value),
                new byte[0],
                0));
  }

  @Override
  public int take(List<MovedEntry> entries) throws InboxException {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(List.of(clock.millis(), idMemory.toMillis()));
    for (MovedEntry entry : entries) {
      arguments.addAll(
          List.of(
              entry.state().name().toLowerCase(Locale.ROOT),
              entry.eventId(),
              entry.eventType(),
              entry.account(),
              entry.receivedAt(),
              entry.body(),
              entry.checksum(),
              entry.refusals(),
              entry.permanentRefusals(),
              entry.settledAt(),
              entry.reason(),
              entry.detail(),
              // A file may hold anything.
              keepsObjects && EventId.isLegal(entry.objectId()) ? entry.objectId() : ""));
    }
    return link.use(
        "move into",
        connection -> {
          long count = Reply.number(link.run(connection, Script.MOVE_IN, arguments.toArray()));
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
    long dropped = Reply.number(link.run("move out of", Script.MOVE_OUT, arguments.toArray()));
    if (dropped == IN_USE) {
      throw new InboxException.Unusable(
          "cannot move out of the inbox at " + link + ": a serve uses it",
          "stop all that share it; one that was killed counts for "
              + RedisInbox.LEASE.toSeconds()
              + " s more",
          null);
    }
  }

  @Override
  public void close() {
    link.close();
  }
}
