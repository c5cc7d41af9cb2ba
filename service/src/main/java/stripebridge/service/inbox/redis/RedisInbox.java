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
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.event.EventId;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.KnownEvent;
import stripebridge.core.inbox.Placement;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;
import stripebridge.service.inbox.Checksum;
import stripebridge.service.inbox.InboxClock;

/// The inbox in Redis, which any number of processes share. Each step is one script, so that no two
/// of them ever see it half done: `common.lua` has the keys.
///
/// What is claimed belongs to this process as long as it renews its lease. Whoever lost it settles
/// nothing any more.
///
/// Thread-safe; no lock is held while Redis is asked.
public final class RedisInbox implements Inbox {
  /// How long a process may be silent before others take over what it has claimed. Longer than a
  /// pause for garbage or for a failover; what is taken over in vain is published twice.
  static final Duration LEASE = Duration.ofSeconds(15);

  // As in `common.lua`.
  private static final byte[] GROUP = "relay".getBytes(UTF_8);
  // What was given back and what came due is looked for when no new entry comes.
  private static final Duration READ_MAX = Duration.ofMillis(250);
  private static final int GROUP_LOST_TRIES = 2;
  private static final int SETTLED_AT_ONCE_MAX = 500;
  // As much as a few events: were it less, it could fit where they do not.
  private static final byte[] PROBE = new byte[65_536];
  private static final long PROBE_MILLIS = 1_000;

  private final RedisLink link;
  private final Durability durability;
  private final InboxClock clock;
  private final boolean isLent;
  private final int waitingMax;
  private final Duration idMemory;
  private final Duration lease;
  private final Membership membership;
  private final String consumer = UUID.randomUUID().toString();
  private final Leases leases;
  private final List<String> warnings;
  private final IdRoom idRoom;

  private RedisInbox(
      RedisLink link,
      Durability durability,
      InboxClock clock,
      boolean isLent,
      int waitingMax,
      Duration idMemory,
      Duration lease,
      Optional<Integer> format)
      throws InboxException {
    this.link = link;
    this.durability = durability;
    this.clock = clock;
    this.isLent = isLent;
    this.waitingMax = waitingMax;
    this.idMemory = idMemory;
    this.lease = lease;
    warnings = new ArrayList<>(durability.check());
    idRoom = new IdRoom(durability.bytesMax(), idMemory);
    idRoom.warning().ifPresent(warnings::add);
    membership = new Membership(link, consumer, lease, format);
    leases = new Leases(membership, lease);
    leases.join();
    if (!membership.keepsObjects()) {
      warnings.add(
          "two different events of one type under one id are taken for one: the inbox is in format"
              + " 1, which does not keep what events are about; INBOX_FORMAT=2 does, once no"
              + " replica of an older release is left");
    }
    leases.start();
  }

  /// Joins the processes that share the inbox.
  ///
  /// @param folder where relative paths of certificates start
  /// @param clock that of the relay; dates are kept by the clock of Redis, which all share
  /// @param waitingMax waiting entries above which nothing is taken
  /// @param idMemory how long the id of a published event is remembered
  /// @throws InboxException.Unusable when an operator has to look
  public static RedisInbox open(
      InboxSettings.Shared settings,
      Path folder,
      InboxClock clock,
      int waitingMax,
      Duration idMemory)
      throws InboxException {
    return open(settings, folder, clock, false, waitingMax, idMemory, LEASE);
  }

  /// With dates by a clock that a test lends.
  static RedisInbox open(
      InboxSettings.Shared settings,
      Path folder,
      InstantSource lent,
      int waitingMax,
      Duration idMemory)
      throws InboxException {
    return open(settings, folder, lent, waitingMax, idMemory, LEASE);
  }

  static RedisInbox open(
      InboxSettings.Shared settings,
      Path folder,
      InstantSource lent,
      int waitingMax,
      Duration idMemory,
      Duration lease)
      throws InboxException {
    return open(settings, folder, InboxClock.of(lent), true, waitingMax, idMemory, lease);
  }

  private static RedisInbox open(
      InboxSettings.Shared settings,
      Path folder,
      InboxClock clock,
      boolean isLent,
      int waitingMax,
      Duration idMemory,
      Duration lease)
      throws InboxException {
    RedisLink link = RedisLink.open(settings, folder);
    try {
      Durability durability = new Durability(link, settings.durability());
      return new RedisInbox(
          link, durability, clock, isLent, waitingMax, idMemory, lease, settings.format());
    } catch (InboxException e) {
      link.close();
      throw e;
    }
  }

  /// What a crash of Redis could lose, as it is configured; a sentence each.
  public List<String> warnings() {
    return warnings;
  }

  /// What the ids of published events take of its memory.
  public IdRoom idRoom() {
    return idRoom;
  }

  @Override
  public Appended append(ReceivedEvent event) throws InboxException {
    return link.use(
        "store in",
        connection -> {
          Appended appended = append(connection, event);
          return switch (appended.outcome()) {
            case STORED, DUPLICATE, CONFLICT -> {
              durability.confirm(connection);
              yield appended;
            }
            case FULL, ID_EXHAUSTED -> appended;
          };
        });
  }

  /// The checksum is of the id, and only the script knows which one is free: where the event's own
  /// belongs to another event, it is asked once more with the further one.
  private Appended append(Connection connection, ReceivedEvent event) {
    Placement.Conflict conflict = null;
    while (true) {
      Object answer = link.run(connection, Script.APPEND, values(event, conflict));
      if (!Reply.isList(answer)) {
        return appended(Reply.text(answer), conflict);
      }
      List<?> found = Reply.list(answer);
      String further = Reply.text(found.get(1));
      conflict =
          further.isEmpty()
              ? null
              : new Placement.Conflict(
                  new EventId(further),
                  new KnownEvent(Reply.text(found.get(2)), Reply.text(found.get(3))));
    }
  }

  private static Appended appended(String outcome, Placement.@Nullable Conflict conflict) {
    return switch (Appended.Outcome.valueOf(outcome)) {
      case STORED -> Appended.STORED;
      case DUPLICATE -> Appended.DUPLICATE;
      case FULL -> Appended.FULL;
      case ID_EXHAUSTED -> Appended.ID_EXHAUSTED;
      // It parks nothing under an id that was not proposed.
      case CONFLICT -> Appended.conflict(Objects.requireNonNull(conflict).id());
    };
  }

  private Object[] values(ReceivedEvent event, Placement.@Nullable Conflict conflict) {
    ReceivedEvent stored = conflict == null ? event : event.withId(conflict.id());
    return new Object[] {
      waitingMax,
      event.id().text(),
      event.type().text(),
      event.account(),
      event.receivedAt().toEpochMilli(),
      event.body(),
      Checksum.of(stored),
      durability.isAsked() ? "1" : "",
      membership.keepsObjects() ? event.objectId() : "",
      conflict == null ? "" : conflict.id().text(),
      clock.wall().millis(),
      conflict == null ? "" : conflict.detail(event)
    };
  }

  @Override
  public void probe() throws InboxException {
    var _ =
        link.use(
            "store in",
            connection -> {
              Object answer =
                  connection.executeCommand(
                      new CommandArguments(Command.SET)
                          .key(link.base() + "probe")
                          .add(PROBE)
                          .add("PX".getBytes(UTF_8))
                          .add(PROBE_MILLIS));
              durability.confirm(connection);
              return answer;
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
    return ours(
        inGroup(() ->
            RedisEntries.claims(
                link.run(
                    "claim from",
                    Script.CLAIM,
                    consumer,
                    max,
                    DATE_AHEAD_MAX.toMillis(),
                    lentDate()))));
  }

  /// Waits for an entry that is new.
  private List<Claim> read(int max, Duration patience) throws InboxException {
    CommandArguments read =
        new CommandArguments(Command.XREADGROUP)
            .add("GROUP".getBytes(UTF_8))
            .add(GROUP)
            .add(consumer)
            .add("COUNT".getBytes(UTF_8))
            .add(max)
            .add("BLOCK".getBytes(UTF_8))
            .add(Math.max(1, patience.toMillis()))
            .add("STREAMS".getBytes(UTF_8))
            .key(link.base() + "stream")
            .add(">".getBytes(UTF_8));
    Object reply =
        inGroup(() -> link.use("claim from", connection -> connection.executeCommand(read)));
    if (Reply.list(reply).isEmpty()) {
      return List.of();
    }
    List<Object> entries = new ArrayList<>();
    for (Object entry : Reply.list(Reply.list(Reply.list(reply).getFirst()).get(1))) {
      List<?> parts = Reply.list(entry);
      entries.add(List.of(parts.get(0), parts.get(1), 0L, 0L));
    }
    return ours(RedisEntries.claims(entries));
  }

  private List<Claim> ours(List<Claim> claims) {
    claims.forEach(leases::claimed);
    return claims.stream().sorted(Comparator.comparingLong(Claim::sequence)).toList();
  }

  private interface Step<T> {
    T take() throws InboxException;
  }

  /// A Redis that lost its data does not know us any more.
  private <T> T inGroup(Step<T> step) throws InboxException {
    for (int i = 1; ; i++) {
      try {
        return step.take();
      } catch (InboxException.Unavailable e) {
        if (i == GROUP_LOST_TRIES || !String.valueOf(e.getMessage()).contains("NOGROUP")) {
          throw e;
        }
        leases.join();
      }
    }
  }

  @Override
  public List<Claim> claimHeld(String topic, int max) throws InboxException {
    leases.requireRenewal();
    long asked = leases.moment();
    List<Claim> found =
        ours(
            inGroup(() ->
                RedisEntries.claims(
                    link.run("claim from", Script.CLAIM_HELD, consumer, topic, max))));
    if (found.isEmpty()) {
      leases.letGo(topic, asked);
    } else {
      leases.held(topic);
    }
    return found;
  }

  @Override
  public Set<String> heldTopics() throws InboxException {
    Set<String> topics = new LinkedHashSet<>();
    Reply.list(link.run("read", Script.HELD_TOPICS))
        .forEach(topic -> topics.add(Reply.text(topic)));
    // Whoever asks is about to drain them.
    topics.forEach(leases::held);
    return topics;
  }

  @Override
  public void settle(Collection<? extends Settlement> settlements) throws InboxException {
    List<Object> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(consumer, clock.wall().millis(), idMemory.toMillis(), lease.toMillis()));
    List<ClaimBook.Mine> ours = new ArrayList<>();
    // Where the answer is lost, it may be stored all the same.
    seeToTopics(settlements);
    for (Settlement settlement : settlements) {
      ClaimBook.Mine mine = leases.find(settlement.sequence());
      if (mine != null) {
        ours.add(mine);
        arguments.add(settlement.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        arguments.add(settlement.sequence());
        arguments.addAll(values(settlement, mine.event()));
      }
    }
    if (ours.isEmpty()) {
      return;
    }
    var _ = inGroup(() -> link.run("mark in", Script.SETTLE, arguments.toArray()));
    // Again: who looked meanwhile found nothing there yet, and may have let the topic go.
    seeToTopics(settlements);
    ours.forEach(leases::settled);
  }

  /// The clocks of replicas differ, and each may jump: what they agree on is how long it is.
  private Duration delay(Instant at) {
    Duration delay = Duration.between(clock.steady().instant(), at);
    Duration least = delay.isNegative() ? Duration.ZERO : delay;
    return least.compareTo(DATE_AHEAD_MAX) < 0 ? least : DATE_AHEAD_MAX;
  }

  private String lentDate() {
    return isLent ? Long.toString(clock.steady().millis()) : "";
  }

  private void seeToTopics(Collection<? extends Settlement> settlements) {
    for (Settlement settlement : settlements) {
      if (settlement instanceof Settlement.Held(long _, String topic)) {
        leases.held(topic);
      }
    }
  }

  private List<Object> values(Settlement settlement, Claimed event) {
    return switch (settlement) {
      case Settlement.Published _ ->
          List.of(event.id(), event.type(), event.account(), event.receivedAt(), event.objectId());
      case Settlement.Released _ -> List.of("", "", "", "", "");
      case Settlement.Refused(long _, Instant at, String reason, boolean isPermanent) ->
          List.of(delay(at).toMillis(), reason, isPermanent ? 1 : 0, lentDate(), "");
      case Settlement.Held(long _, String topic) -> List.of(topic, "", "", "", "");
      case Settlement.Parked(long _, var reason, String detail) ->
          List.of(reason.name(), detail, "", "", "");
    };
  }

  /// Of all that share it.
  @Override
  public InboxCounts counts() throws InboxException {
    List<?> counts = Reply.list(link.run("read", Script.COUNTS));
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
      // The others take it over when the lease ends.
    } finally {
      link.close();
    }
  }
}
