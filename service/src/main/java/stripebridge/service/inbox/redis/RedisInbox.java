package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.config.RedisUrl;
import stripebridge.core.event.EventId;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.KnownEvent;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.Placement;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;
import stripebridge.service.inbox.Checksum;
import stripebridge.service.inbox.InboxClock;

/// The inbox in Redis, which any number of processes share. Each step is one script, so no process
/// sees it half done. `common.lua` lists the keys.
///
/// A claimed entry belongs to this process while it renews its lease. A process that lost its lease
/// settles nothing.
///
/// Thread-safe; holds no lock during a request to Redis.
public final class RedisInbox implements Inbox {
  /// How long a process may be silent before others take over its claims. Longer than a pause for
  /// garbage collection or a failover: an entry taken over from a living process is published
  /// twice.
  static final Duration LEASE = Duration.ofSeconds(15);

  // As in `common.lua`.
  private static final byte[] GROUP = "relay".getBytes(UTF_8);
  // A read returns only new entries. It ends after this to look for returned and due ones.
  private static final Duration READ_MAX = Duration.ofMillis(250);
  private static final int GROUP_LOST_TRIES = 2;
  private static final int SETTLED_AT_ONCE_MAX = 500;
  // The size of a few events: a smaller value could fit where they do not.
  private static final byte[] PROBE = new byte[65_536];
  private static final long PROBE_MILLIS = 1_000;

  private final RedisConnections redis;
  private final Durability durability;
  private final InboxClock clock;
  private final boolean isTestClock;
  private final int waitingMax;
  private final Duration idMemory;
  private final Duration lease;
  private final Membership membership;
  private final String consumer = UUID.randomUUID().toString();
  private final Leases leases;
  private final List<String> warnings;
  private final IdCapacity idCapacity;

  private RedisInbox(
      RedisConnections redis,
      Durability durability,
      InboxClock clock,
      boolean isTestClock,
      int waitingMax,
      Duration idMemory,
      Duration lease,
      Optional<Integer> format)
      throws InboxException {
    this.redis = redis;
    this.durability = durability;
    this.clock = clock;
    this.isTestClock = isTestClock;
    this.waitingMax = waitingMax;
    this.idMemory = idMemory;
    this.lease = lease;
    warnings = new ArrayList<>(durability.check());
    idCapacity = new IdCapacity(durability.bytesMax(), idMemory);
    idCapacity.warning().ifPresent(warnings::add);
    membership = new Membership(redis, consumer, lease, format);
    leases = new Leases(membership, lease);
    leases.join();
    if (!membership.keepsObjects()) {
      warnings.add(
          "two different events of one type under one id are taken for one: the inbox is in format"
              + " 1, which does not keep the ids of their objects; INBOX_FORMAT=2 does, once no"
              + " replica of an older release is left");
    }
    leases.start();
  }

  /// Joins the processes that share the inbox.
  ///
  /// @param folder that relative paths of certificates start from
  /// @param clock the relay's; dates are stored by Redis's clock, which all processes share
  /// @param waitingMax how many entries may wait; above it, events are refused
  /// @param idMemory how long the id of a published event is remembered
  /// @throws InboxException.Unusable when an operator has to act
  public static RedisInbox open(
      InboxSettings.Shared settings,
      Path folder,
      InboxClock clock,
      int waitingMax,
      Duration idMemory)
      throws InboxException {
    return open(settings, folder, clock, false, waitingMax, idMemory, LEASE);
  }

  /// With dates by a test's clock.
  static RedisInbox open(
      InboxSettings.Shared settings,
      Path folder,
      InstantSource testClock,
      int waitingMax,
      Duration idMemory)
      throws InboxException {
    return open(settings, folder, testClock, waitingMax, idMemory, LEASE);
  }

  static RedisInbox open(
      InboxSettings.Shared settings,
      Path folder,
      InstantSource testClock,
      int waitingMax,
      Duration idMemory,
      Duration lease)
      throws InboxException {
    return open(settings, folder, InboxClock.of(testClock), true, waitingMax, idMemory, lease);
  }

  private static RedisInbox open(
      InboxSettings.Shared settings,
      Path folder,
      InboxClock clock,
      boolean isTestClock,
      int waitingMax,
      Duration idMemory,
      Duration lease)
      throws InboxException {
    RedisConnections redis = RedisConnections.open(settings, folder);
    try {
      Durability durability = new Durability(redis, settings.durability());
      return new RedisInbox(
          redis, durability, clock, isTestClock, waitingMax, idMemory, lease, settings.format());
    } catch (InboxException e) {
      redis.close();
      throw e;
    }
  }

  /// Warnings about Redis's configuration, a sentence each.
  public List<String> warnings() {
    return warnings;
  }

  /// How many ids of published events fit into Redis's memory.
  public IdCapacity idCapacity() {
    return idCapacity;
  }

  /// New connections log in with the user and the password of this URL. Its server must be the
  /// same.
  public void useLogin(RedisUrl url) {
    redis.useLogin(url);
  }

  @Override
  public Appended append(ReceivedEvent event) throws InboxException {
    StoredBody body = membership.stored(event.body());
    return redis.use(
        "store in",
        connection -> {
          Appended appended = append(connection, event, body);
          return switch (appended.outcome()) {
            case STORED, DUPLICATE, CONFLICT -> {
              durability.confirm(connection);
              yield appended;
            }
            case FULL, ID_EXHAUSTED -> appended;
          };
        });
  }

  /// The checksum covers the id, and only the script knows which id is free. So if another event
  /// has this event's id, the script replies with a further id, and runs once more with that one.
  private Appended append(Connection connection, ReceivedEvent event, StoredBody body) {
    Placement.Conflict conflict = null;
    while (true) {
      Object reply = redis.run(connection, Script.APPEND, values(event, body, conflict));
      if (!Reply.isList(reply)) {
        return appended(Reply.text(reply), conflict);
      }
      List<?> found = Reply.list(reply);
      String further = Reply.text(found.get(1));
      conflict =
          further.isEmpty()
              ? null
              : new Placement.Conflict(
                  new EventId(further),
                  new KnownEvent(Reply.text(found.get(2)), Reply.text(found.get(3))));
    }
  }

  private static Appended appended(String word, Placement.@Nullable Conflict conflict) {
    return switch (word) {
      case "STORED" -> Appended.STORED;
      case "DUPLICATE" -> Appended.DUPLICATE;
      case "FULL" -> Appended.FULL;
      case "ID_EXHAUSTED" -> Appended.ID_EXHAUSTED;
      // The script parks nothing under an id that was not proposed.
      case "CONFLICT" -> Appended.conflict(Objects.requireNonNull(conflict).id());
      default -> throw new IllegalStateException("unknown reply of a script: " + word);
    };
  }

  private Object[] values(
      ReceivedEvent event, StoredBody body, Placement.@Nullable Conflict conflict) {
    ReceivedEvent stored = conflict == null ? event : event.withId(conflict.id());
    return new Object[] {
      waitingMax,
      event.id().text(),
      event.type().text(),
      event.account(),
      event.receivedAt().toEpochMilli(),
      body.bytes(),
      Checksum.of(stored),
      durability.needsConfirmation() ? "1" : "",
      membership.keepsObjects() ? event.objectId() : "",
      conflict == null ? "" : conflict.id().text(),
      clock.wall().millis(),
      conflict == null ? "" : conflict.detail(event),
      body.deflatedFrom()
    };
  }

  @Override
  public void probe() throws InboxException {
    Object _ =
        redis.use(
            "store in",
            connection -> {
              Object reply =
                  connection.executeCommand(
                      new CommandArguments(Command.SET)
                          .key(redis.keyPrefix() + "probe")
                          .add(PROBE)
                          .add("PX".getBytes(UTF_8))
                          .add(PROBE_MILLIS));
              durability.confirm(connection);
              return reply;
            });
  }

  @Override
  public List<Claim> claim(int max, Duration wait) throws InboxException, InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      List<Claim> found = claimNow(max);
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      if (!found.isEmpty() || !left.isPositive()) {
        return found;
      }
      found = read(max, left.compareTo(READ_MAX) < 0 ? left : READ_MAX);
      if (!found.isEmpty()) {
        return found;
      }
    }
  }

  private List<Claim> claimNow(int max) throws InboxException {
    leases.requireRenewal();
    return record(
        inGroup(() ->
            RedisEntries.claims(
                redis.run(
                    "claim from",
                    Script.CLAIM,
                    consumer,
                    max,
                    DATE_AHEAD_MAX.toMillis(),
                    testDate()))));
  }

  /// Waits for a new entry.
  private List<Claim> read(int max, Duration wait) throws InboxException {
    CommandArguments read =
        new CommandArguments(Command.XREADGROUP)
            .add("GROUP".getBytes(UTF_8))
            .add(GROUP)
            .add(consumer)
            .add("COUNT".getBytes(UTF_8))
            .add(max)
            .add("BLOCK".getBytes(UTF_8))
            .add(Math.max(1, wait.toMillis()))
            .add("STREAMS".getBytes(UTF_8))
            .key(redis.keyPrefix() + "stream")
            .add(">".getBytes(UTF_8));
    Object reply =
        inGroup(() -> redis.use("claim from", connection -> connection.executeCommand(read)));
    if (Reply.list(reply).isEmpty()) {
      return List.of();
    }
    List<Object> entries = new ArrayList<>();
    for (Object entry : Reply.list(Reply.list(Reply.list(reply).getFirst()).get(1))) {
      List<?> parts = Reply.list(entry);
      entries.add(List.of(parts.get(0), parts.get(1), 0L, 0L));
    }
    return record(RedisEntries.claims(entries));
  }

  /// Puts new claims under this process's lease.
  private List<Claim> record(List<Claim> claims) {
    claims.forEach(leases::add);
    return claims.stream().sorted(Comparator.comparingLong(Claim::sequence)).toList();
  }

  private interface Request<T> {
    T send() throws InboxException;
  }

  /// Joins again where Redis has lost its data, and with it the consumer group.
  private <T> T inGroup(Request<T> request) throws InboxException {
    for (int i = 1; ; i++) {
      try {
        return request.send();
      } catch (InboxException.Unavailable e) {
        if (i == GROUP_LOST_TRIES || !String.valueOf(e.getMessage()).contains("NOGROUP")) {
          throw e;
        }
        leases.join();
      }
    }
  }

  @Override
  public List<Claim> claimHeld(String behind, int max) throws InboxException {
    leases.requireRenewal();
    long before = leases.version();
    List<Claim> found =
        record(
            inGroup(() ->
                RedisEntries.claims(
                    redis.run("claim from", Script.CLAIM_HELD, consumer, behind, max))));
    if (found.isEmpty()) {
      leases.removeTopic(behind, before);
    } else {
      leases.addTopic(behind);
    }
    return found;
  }

  @Override
  public Set<String> heldBehind() throws InboxException {
    Set<String> topics = new LinkedHashSet<>();
    Reply.list(redis.run("read", Script.HELD_TOPICS))
        .forEach(topic -> topics.add(Reply.text(topic)));
    // The caller is about to drain them.
    topics.forEach(leases::addTopic);
    return topics;
  }

  @Override
  public void makeRefusedDue() throws InboxException {
    Object _ = redis.run("write to", Script.MAKE_REFUSED_DUE, testDate());
  }

  @Override
  public void settle(Collection<? extends Settlement> settlements) throws InboxException {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(consumer, clock.wall().millis(), idMemory.toMillis(), lease.toMillis()));
    List<ClaimBook.LocalClaim> claims = new ArrayList<>();
    // Even if the reply is lost, the script may have held entries behind these topics.
    addTopics(settlements);
    for (Settlement settlement : settlements) {
      ClaimBook.LocalClaim claim = leases.find(settlement.sequence());
      if (claim != null) {
        claims.add(claim);
        arguments.addAll(values(settlement, claim.event()));
      }
    }
    if (claims.isEmpty()) {
      return;
    }
    Object _ = inGroup(() -> redis.run("settle entries in", Script.SETTLE, arguments.toArray()));
    // Again: a `claimHeld` that ran meanwhile may have found nothing yet and removed the topic.
    addTopics(settlements);
    claims.forEach(leases::remove);
  }

  /// The clocks of replicas differ, and each may jump. They agree on a duration.
  private Duration delay(Instant at) {
    Duration delay = Duration.between(clock.steady().instant(), at);
    Duration least = delay.isNegative() ? Duration.ZERO : delay;
    return least.compareTo(DATE_AHEAD_MAX) < 0 ? least : DATE_AHEAD_MAX;
  }

  /// Empty for Redis's own time.
  private String testDate() {
    return isTestClock ? Long.toString(clock.steady().millis()) : "";
  }

  private void addTopics(Collection<? extends Settlement> settlements) {
    for (Settlement settlement : settlements) {
      switch (settlement) {
        case Settlement.Held(long _, String behind) -> leases.addTopic(behind);
        case Settlement.RefusedAndHeld(long _, String behind, String _) -> leases.addTopic(behind);
        default -> {}
      }
    }
  }

  /// As `settle.lua` reads a settlement: its kind, the sequence and five values.
  private List<Object> values(Settlement settlement, ClaimBook.EventSummary event) {
    return switch (settlement) {
      case Settlement.Published(long sequence) ->
          List.of(
              "published",
              sequence,
              event.id(),
              event.type(),
              event.account(),
              event.receivedAt(),
              event.objectId());
      case Settlement.Released(long sequence) -> List.of("released", sequence, "", "", "", "", "");
      case Settlement.Refused(long sequence, Instant at, String reason, boolean isPermanent) ->
          List.of(
              "refused",
              sequence,
              delay(at).toMillis(),
              reason,
              isPermanent ? 1 : 0,
              testDate(),
              "");
      case Settlement.Held(long sequence, String behind) ->
          List.of("held", sequence, behind, "", "", "", "");
      case Settlement.RefusedAndHeld(long sequence, String behind, String reason) ->
          List.of("refused_and_held", sequence, behind, reason, "", "", "");
      case Settlement.Parked(long sequence, ParkReason reason, String detail) ->
          List.of("parked", sequence, reason.name(), detail, "", "", "");
    };
  }

  @Override
  public String memo(String name) throws InboxException {
    return Memos.read(redis, name);
  }

  @Override
  public boolean replaceMemo(String name, String before, String after) throws InboxException {
    return Reply.number(redis.run("write to", Script.REPLACE_MEMO, name, before, after)) == 1;
  }

  /// Across all processes that share the inbox.
  @Override
  public InboxCounts counts() throws InboxException {
    List<?> counts = Reply.list(redis.run("read", Script.COUNTS));
    String oldest = Reply.text(counts.get(2));
    return new InboxCounts(
        Reply.number(counts.get(0)),
        Reply.number(counts.get(1)),
        oldest.isEmpty()
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(Long.parseLong(oldest))));
  }

  @Override
  public Optional<Throwable> failure() {
    return leases.failure();
  }

  @Override
  public void close() {
    leases.stop();
    try {
      List<Settlement> left = new ArrayList<>();
      for (long sequence : leases.sequences()) {
        left.add(new Settlement.Released(sequence));
      }
      for (int from = 0; from < left.size(); from += SETTLED_AT_ONCE_MAX) {
        settle(left.subList(from, Math.min(left.size(), from + SETTLED_AT_ONCE_MAX)));
      }
      leases.leave();
    } catch (InboxException _) {
      // The other processes take over when the lease ends.
    } finally {
      redis.close();
    }
  }
}
