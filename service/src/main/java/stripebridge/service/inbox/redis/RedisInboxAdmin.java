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
import stripebridge.core.inbox.HeldBehind;
import stripebridge.core.inbox.InboxAdmin;
import stripebridge.core.inbox.InboxAdmin.EntryFilter;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.InboxStats;
import stripebridge.service.inbox.StateText;

/// An operator's view of the inbox in Redis. Each change is one script and takes effect at once.
/// Entries that a living process has claimed are not changed.
public final class RedisInboxAdmin implements InboxAdmin {
  // A script blocks Redis, and an event may have 1 MiB.
  private static final int PAGE = 50;
  private static final int RETRIED_AT_ONCE_MAX = 50;
  private static final int TYPES_MAX = 10;

  private final RedisConnections redis;
  private final InstantSource clock;
  private final Duration idMemory;

  private RedisInboxAdmin(RedisConnections redis, InstantSource clock, Duration idMemory) {
    this.redis = redis;
    this.clock = clock;
    this.idMemory = idMemory;
  }

  /// Opens an existing inbox.
  ///
  /// @param folder that relative paths of certificates start from
  /// @param idMemory how long the id of a discarded event is remembered
  /// @throws InboxException.Unusable when no inbox has that prefix
  public static RedisInboxAdmin open(
      InboxSettings.Shared settings, Path folder, InstantSource clock, Duration idMemory)
      throws InboxException {
    RedisConnections redis = RedisConnections.open(settings, folder);
    try {
      String version =
          redis.use(
              "open",
              connection ->
                  Reply.text(
                      connection.executeCommand(
                          new CommandArguments(Command.GET).key(redis.keyPrefix() + "version"))));
      if (version.isEmpty()) {
        throw new InboxException.Unusable(
            "cannot open the inbox at %s: no inbox has keys that begin with '%s'"
                .formatted(redis, settings.keyPrefix()),
            "REDIS_KEY_PREFIX sets the prefix; serve creates the inbox when it starts",
            null);
      }
      Membership.requireReadable(redis, version);
      return new RedisInboxAdmin(redis, clock, idMemory);
    } catch (InboxException e) {
      redis.close();
      throw e;
    }
  }

  @Override
  public List<EntryRow> list(EntryFilter filter, int max) throws InboxException {
    // Keeps the `max` lowest sequences; the head is the highest of them.
    PriorityQueue<EntryRow> first =
        new PriorityQueue<>(Comparator.comparingLong(EntryRow::sequence).reversed());
    for (EntryState state : EntryState.values()) {
      if (filter.state().isEmpty() || filter.state().get() == state) {
        visit(
            state,
            row -> {
              if (matches(filter, row)) {
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

  private static boolean matches(EntryFilter filter, EntryRow row) {
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
    /// Visits an entry.
    ///
    /// @return whether to visit later entries
    boolean visit(EntryRow row);
  }

  /// Visits the entries of a state; waiting and parked ones in the order of their sequence.
  private void visit(EntryState state, Visitor visitor) throws InboxException {
    switch (state) {
      case WAITING, PARKED -> visitPages(state, visitor);
      case PUBLISHED, DISCARDED ->
          visitRemembered(row -> row.state() != state || visitor.visit(row));
    }
  }

  private void visitPages(EntryState state, Visitor visitor) throws InboxException {
    String after = "0";
    while (true) {
      List<?> page =
          Reply.list(redis.run("read", Script.PAGE, StateText.of(state), after, PAGE, ""));
      for (Object entry : page) {
        EntryRow row = RedisEntries.stored(Reply.list(entry), state).row();
        after = Long.toString(row.sequence());
        if (!visitor.visit(row)) {
          return;
        }
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }

  /// Scans all of them: their keys are in no order.
  private void visitRemembered(Visitor visitor) throws InboxException {
    String prefix = redis.keyPrefix() + "id:";
    for (KeyScan keys = KeyScan.of(redis, prefix); keys.hasMore(); ) {
      for (Map.Entry<String, String> each : keys.next().entrySet()) {
        if (RedisEntries.isRemembered(each.getValue())) {
          String eventId = each.getKey().substring(prefix.length());
          visitor.visit(RedisEntries.remembered(eventId, each.getValue()).row());
        }
      }
    }
  }

  @Override
  public Optional<EntryRow> find(String eventId) throws InboxException {
    return RedisEntries.find(redis, eventId).map(RedisEntries.StoredEntry::row);
  }

  @Override
  public Optional<byte[]> body(String eventId) throws InboxException {
    // Not by way of `RedisEntries`: a damaged entry still shows its body.
    List<?> flat = Reply.list(redis.run("read", Script.FIND, eventId));
    Map<String, byte[]> values =
        flat.isEmpty() ? Map.of() : Reply.named(flat.subList(1, flat.size()));
    return values.containsKey("body")
        ? Optional.of(StoredBody.of(values).readable())
        : Optional.empty();
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
          row.heldBehind()
              .ifPresent(behind -> topics.merge(HeldBehind.of(behind).topic(), 1L, Long::sum));
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
        byState, mostFrequent(types), reasons, topics, oldest.stream().findFirst(), bytes());
  }

  private static Map<String, Long> mostFrequent(Map<String, Long> counts) {
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

  /// All memory that Redis uses; 0 when it does not say.
  private long bytes() throws InboxException {
    return redis.use("read", RedisInboxAdmin::usedMemory);
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
  public String memo(String name) throws InboxException {
    return Memos.read(redis, name);
  }

  @Override
  public Answer retry(String eventId) throws InboxException {
    return answer(redis.run("change", Script.RETRY, eventId));
  }

  @Override
  public Answer retryAllParked() throws InboxException {
    // Only as many as are parked now: an entry that is parked again meanwhile is not retried twice.
    long left = Reply.number(Reply.list(redis.run("read", Script.COUNTS)).get(1));
    long count = 0;
    while (left > 0) {
      long max = Math.min(left, RETRIED_AT_ONCE_MAX);
      count += Reply.number(redis.run("change", Script.RETRY_PARKED, max));
      left -= max;
    }
    return new Answer(Outcome.DONE, count);
  }

  @Override
  public Answer discard(String eventId) throws InboxException {
    return answer(
        redis.run(
            "change",
            Script.DISCARD,
            eventId,
            clock.millis(),
            idMemory.toMillis(),
            RedisInbox.LEASE.toMillis()));
  }

  private static Answer answer(Object reply) {
    String word = Reply.text(reply);
    return switch (word) {
      case "DONE" -> new Answer(Outcome.DONE, 1);
      case "NOT_FOUND" -> new Answer(Outcome.NOT_FOUND, 0);
      case "NOT_APPLICABLE" -> new Answer(Outcome.NOT_APPLICABLE, 0);
      case "IN_FLIGHT" -> new Answer(Outcome.IN_FLIGHT, 0);
      default -> throw new IllegalStateException("unknown reply of a script: " + word);
    };
  }

  @Override
  public void close() {
    redis.close();
  }
}
