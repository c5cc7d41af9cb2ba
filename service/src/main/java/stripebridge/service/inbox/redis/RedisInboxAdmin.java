package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.inbox.EntryRow;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxAdmin.EntryFilter;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.InboxStats;

/// An operator's view of the inbox in Redis. What changes something is one script, done at once;
/// what a living process has claimed is left to it.
public final class RedisInboxAdmin implements InboxAdmin {
  // Redis does nothing else meanwhile, and an event may have 1 MiB.
  private static final int PAGE = 50;
  private static final int RETRIED_AT_ONCE_MAX = 50;
  private static final int TYPES_MAX = 10;

  private final RedisLink link;
  private final InstantSource clock;
  private final Duration idMemory;

  private RedisInboxAdmin(RedisLink link, InstantSource clock, Duration idMemory) {
    this.link = link;
    this.clock = clock;
    this.idMemory = idMemory;
  }

  /// Opens an inbox that is there; makes none.
  ///
  /// @param folder where relative paths of certificates start
  /// @param idMemory how long the id of a discarded event is remembered
  /// @throws InboxException.Unusable when there is none with that prefix
  public static RedisInboxAdmin open(
      InboxSettings.Shared settings, Path folder, InstantSource clock, Duration idMemory)
      throws InboxException {
    RedisLink link = RedisLink.open(settings, folder);
    try {
      String version =
          link.use(
              "open",
              connection ->
                  Reply.text(
                      connection.executeCommand(
                          new CommandArguments(Command.GET).key(link.base() + "version"))));
      if (version.isEmpty()) {
        throw new InboxException.Unusable(
            "cannot open the inbox at %s: there is none whose keys begin with '%s'"
                .formatted(link, settings.keyPrefix()),
            "REDIS_KEY_PREFIX says what they begin with; a serve makes it when it starts",
            null);
      }
      Membership.requireReadable(link, version);
      return new RedisInboxAdmin(link, clock, idMemory);
    } catch (InboxException e) {
      link.close();
      throw e;
    }
  }

  @Override
  public List<EntryRow> list(EntryFilter filter, int max) throws InboxException {
    // The first ones: whatever is behind the last of them is let go.
    PriorityQueue<EntryRow> first =
        new PriorityQueue<>(Comparator.comparingLong(EntryRow::sequence).reversed());
    for (EntryState state : EntryState.values()) {
      if (filter.state().isEmpty() || filter.state().get() == state) {
        visit(
            state,
            row -> {
              if (isMeant(filter, row)) {
                first.add(row);
                if (first.size() > max) {
                  first.remove();
                }
              }
              return first.size() < max || row.sequence() <= first.element().sequence();
            });
      }
    }
    return first.stream().sorted(Comparator.comparingLong(EntryRow::sequence)).toList();
  }

  private static boolean isMeant(EntryFilter filter, EntryRow row) {
    boolean isOfType =
        filter
            .type()
            .map(type ->
                type.endsWith("*")
                    ? row.eventType().startsWith(type.substring(0, type.length() - 1))
                    : row.eventType().equals(type))
            .orElse(true);
    return isOfType && filter.since().map(since -> !row.receivedAt().isBefore(since)).orElse(true);
  }

  private interface Visitor {
    /// Whether later ones are of interest.
    boolean sees(EntryRow row);
  }

  /// Shows the entries of a state; those that wait or are parked in their order.
  private void visit(EntryState state, Visitor visitor) throws InboxException {
    switch (state) {
      case WAITING -> visitPages("waiting", state, visitor);
      case PARKED -> visitPages("parked", state, visitor);
      case PUBLISHED, DISCARDED ->
          visitRemembered(row -> row.state() != state || visitor.sees(row));
    }
  }

  private void visitPages(String which, EntryState state, Visitor visitor) throws InboxException {
    String after = "0";
    while (true) {
      List<?> page = Reply.list(link.run("read", Script.PAGE, which, after, PAGE, ""));
      for (Object entry : page) {
        EntryRow row = RedisEntries.row(Reply.list(entry), state);
        after = Long.toString(row.sequence());
        if (!visitor.sees(row)) {
          return;
        }
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }

  /// Their keys are in no order, so that all of them have to be seen.
  private void visitRemembered(Visitor visitor) throws InboxException {
    String prefix = link.base() + "id:";
    for (RedisKeys keys = RedisKeys.of(link, prefix); keys.hasMore(); ) {
      for (Map.Entry<String, String> each : keys.next().entrySet()) {
        if (RedisEntries.isRemembered(each.getValue())) {
          String eventId = each.getKey().substring(prefix.length());
          visitor.sees(RedisEntries.remembered(eventId, each.getValue()));
        }
      }
    }
  }

  @Override
  public Optional<EntryRow> find(String eventId) throws InboxException {
    Object found = link.run("read", Script.FIND, eventId);
    if (Reply.isList(found)) {
      List<?> flat = Reply.list(found);
      boolean isParked = Reply.named(flat.subList(1, flat.size())).containsKey("settled");
      return flat.size() == 1
          ? Optional.empty()
          : Optional.of(RedisEntries.row(flat, isParked ? EntryState.PARKED : EntryState.WAITING));
    }
    String value = Reply.text(found);
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of(RedisEntries.remembered(eventId, value));
  }

  @Override
  public Optional<byte[]> body(String eventId) throws InboxException {
    Object found = link.run("read", Script.FIND, eventId);
    List<?> flat = Reply.list(found);
    return flat.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(Reply.named(flat.subList(1, flat.size())).get("body"));
  }

  @Override
  public InboxStats stats() throws InboxException {
    Map<EntryState, Long> byState = new EnumMap<>(EntryState.class);
    Map<String, Long> types = new HashMap<>();
    Map<String, Long> reasons = new TreeMap<>();
    Map<String, Long> topics = new TreeMap<>();
    List<Instant> oldest = new ArrayList<>();
    visit(
        EntryState.WAITING,
        row -> {
          byState.merge(EntryState.WAITING, 1L, Long::sum);
          types.merge(row.eventType(), 1L, Long::sum);
          row.heldBehind().ifPresent(topic -> topics.merge(topic, 1L, Long::sum));
          if (oldest.isEmpty()) {
            oldest.add(row.receivedAt());
          }
          return true;
        });
    visit(
        EntryState.PARKED,
        row -> {
          byState.merge(EntryState.PARKED, 1L, Long::sum);
          reasons.merge(row.reason(), 1L, Long::sum);
          return true;
        });
    visitRemembered(row -> {
      byState.merge(row.state(), 1L, Long::sum);
      return true;
    });
    return new InboxStats(
        byState, most(types), reasons, topics, oldest.stream().findFirst(), bytes());
  }

  private static Map<String, Long> most(Map<String, Long> counts) {
    Map<String, Long> most = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(TYPES_MAX)
        .forEach(each -> most.put(each.getKey(), each.getValue()));
    return most;
  }

  /// All that Redis has in memory; 0 where it does not say.
  private long bytes() throws InboxException {
    return link.use("read", RedisInboxAdmin::usedMemory);
  }

  private static long usedMemory(Connection connection) {
    try {
      return Reply.text(
              connection.executeCommand(
                  new CommandArguments(Command.INFO).add("memory".getBytes(UTF_8))))
          .lines()
          .filter(line -> line.startsWith("used_memory:"))
          .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length()).strip()))
          .findFirst()
          .orElse(0);
    } catch (JedisDataException _) {
      return 0;
    }
  }

  @Override
  public Answer retry(String eventId) throws InboxException {
    return answer(link.run("change", Script.RETRY, eventId));
  }

  @Override
  public Answer retryAllParked() throws InboxException {
    // As many as there are now: what is parked again meanwhile is not chased.
    long left = Reply.number(Reply.list(link.run("read", Script.COUNTS)).get(1));
    long count = 0;
    while (left > 0) {
      long max = Math.min(left, RETRIED_AT_ONCE_MAX);
      count += Reply.number(link.run("change", Script.RETRY_PARKED, max));
      left -= max;
    }
    return new Answer(Outcome.DONE, count);
  }

  @Override
  public Answer discard(String eventId) throws InboxException {
    return answer(
        link.run(
            "change",
            Script.DISCARD,
            eventId,
            clock.millis(),
            idMemory.toMillis(),
            RedisInbox.LEASE.toMillis()));
  }

  private static Answer answer(Object reply) {
    Outcome outcome = Outcome.valueOf(Reply.text(reply));
    return new Answer(outcome, outcome == Outcome.DONE ? 1 : 0);
  }

  @Override
  public void close() {
    link.close();
  }
}
