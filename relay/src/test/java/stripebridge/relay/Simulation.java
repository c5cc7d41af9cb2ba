package stripebridge.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.Refusal;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.HeldBehind;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.testing.DesignRoutes;
import stripebridge.relay.ComposedMessage.Publishable;

/// Plays one random sequence of events: the threads, the inbox, the broker and the clock.
final class Simulation {
  /// What else happens.
  enum Life {
    /// Nothing: one relay to the end.
    STEADY,
    /// The relay dies, or is stopped, and the next one goes on.
    RESTARTING,
    /// The same, and the routes change meanwhile: order by key, or by topic.
    REROUTED,
    /// The relay lives on while the routes change to other topics and back.
    RELOADED
  }

  private static final String[] ACCOUNTS = {"a", "b", "c"};

  /// A message on its way to the broker.
  private record Sent(long epoch, Publishable entry) {}

  /// The broker's answer on its way back.
  private record Answer(Sent sent, Optional<Refusal> refusal) {}

  /// The result of a claim that the relay has not received yet.
  private record Claimed(
      RelayStep.ForClaimer step, Instant begunAt, List<ComposedMessage> entries) {}

  private final RandomGenerator random;
  private final Life life;
  private final RelayLimits limits;
  private final int customers;
  // Whether one customer has most events.
  private final boolean isBusy;
  private final MemoryInbox inbox;
  private Instant now = Instant.parse("2026-11-20T10:00:00Z");
  private RelayState state;

  private final Deque<Sent> wire = new ArrayDeque<>();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final Set<String> refusedTopics = new HashSet<>();
  private final Set<Long> discarded = new HashSet<>();
  // By topic and customer.
  private final Map<String, List<Long>> accepted = new HashMap<>();
  private final Map<String, ExpectedTopic> expected = new HashMap<>();
  private final Map<Long, Integer> refusedForGood = new HashMap<>();
  private boolean isFaulty = true;
  private final MessageComposer composer = Events.composer(DesignRoutes.table(Unlisted.UNROUTABLE));
  // The topic that each entry was refused on, or held under, since its relay started.
  private final Map<Long, String> heldUnder = new HashMap<>();
  private boolean isOrderedByTopic;
  private long producer;
  private @Nullable Claimed claimed;
  private @Nullable List<Settlement> storing;
  private boolean isStored;
  private int appended;

  Simulation(RandomGenerator random, Life life) {
    this.random = random;
    this.life = life;
    this.limits = limits(random);
    this.customers = 1 + random.nextInt(random.nextBoolean() ? 4 : 30);
    this.isBusy = random.nextBoolean();
    this.inbox = new MemoryInbox(() -> now);
    this.state = new RelayState(limits, random);
  }

  private static RelayLimits limits(RandomGenerator random) {
    return new RelayLimits(
        random.nextInt(2, 6),
        random.nextInt(1, 4),
        random.nextInt(32, 92),
        random.nextInt(16_000, 200_000),
        1_000,
        random.nextInt(4, 16),
        3,
        Duration.ofSeconds(30),
        new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30)),
        new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5)));
  }

  void run(int steps) throws Exception {
    for (int i = 0; i < steps; i++) {
      step();
      check();
    }
  }

  /// No more faults except permanent refusals: everything must be published within a bounded number
  /// of steps.
  void settleDown() throws Exception {
    isFaulty = false;
    refusedTopics.clear();
    for (int i = 0; i < 200_000 && !isDone(); i++) {
      step();
      check();
    }
    assertThat(inbox.states().keySet())
        .isSubsetOf(
            MemoryInbox.State.PUBLISHED, MemoryInbox.State.PARKED, MemoryInbox.State.DISCARDED);
    for (long sequence = 1; sequence <= appended; sequence++) {
      switch (inbox.state(sequence)) {
        case PUBLISHED -> assertThat(isAccepted(sequence)).as("published %s", sequence).isTrue();
        case PARKED -> assertThat(refusedForGood).as("parked").containsKey(sequence);
        default -> assertThat(discarded).contains(sequence);
      }
    }
    assertThat(state.entries()).isZero();
    assertThat(state.topics()).isZero();
  }

  private boolean isDone() {
    return state.topics() == 0
        && !state.isBusy()
        && claimed == null
        && inbox.states().keySet().stream()
            .allMatch(found ->
                found == MemoryInbox.State.PUBLISHED
                    || found == MemoryInbox.State.PARKED
                    || found == MemoryInbox.State.DISCARDED);
  }

  private boolean isAccepted(long sequence) {
    return accepted.values().stream().anyMatch(sequences -> sequences.contains(sequence));
  }

  /// Entries that first reached the broker after a later entry of their topic and customer without
  /// ever being refused permanently.
  List<Long> overtaken() {
    List<Long> overtaken = new ArrayList<>();
    for (List<Long> sequences : accepted.values()) {
      long last = 0;
      for (long sequence : new ArrayList<>(new LinkedHashSet<>(sequences))) {
        if (!refusedForGood.containsKey(sequence)) {
          if (sequence < last) {
            overtaken.add(sequence);
          }
          last = Math.max(last, sequence);
        }
      }
    }
    return overtaken;
  }

  private void step() throws Exception {
    now = now.plusMillis(random.nextInt(isFaulty ? 60 : 200));
    switch (random.nextInt(8)) {
      case 0 -> append();
      case 1, 2 -> claim();
      case 3 -> send();
      case 4 -> settle();
      case 5, 6 -> brokerTurn();
      default -> fault();
    }
    state.takeNotes();
  }

  private void check() {
    assertThat(state.inFlight()).isLessThanOrEqualTo(limits.inFlightMax());
    // A copy in flight of an entry that is settled already counts twice.
    assertThat(state.entries() + state.marksUnstored())
        .isLessThanOrEqualTo(limits.lookAheadMax() + limits.inFlightMax());
    Set<String> keys = new HashSet<>();
    inFlight()
        .forEach(entry ->
            assertThat(keys.add(key(entry))).as("one in flight of %s", key(entry)).isTrue());
  }

  private Stream<Publishable> inFlight() {
    return Stream.concat(wire.stream(), answers.stream().map(Answer::sent))
        .filter(sent -> sent.epoch() == producer)
        .map(Sent::entry);
  }

  private static String key(Publishable entry) {
    return entry.topic() + " " + entry.orderKey();
  }

  /// What may be sent on a topic, as an obvious model knows it.
  private final class ExpectedTopic {
    int window = Integer.MAX_VALUE;
    int acknowledged;
    long trial;

    void acknowledged(long sequence) {
      if (trial != 0 && trial != sequence) {
        return;
      }
      trial = 0;
      acknowledged++;
      if (acknowledged >= window && window < limits.inFlightMax()) {
        window *= 2;
        acknowledged = 0;
      }
    }

    void refused(long sequence) {
      if (trial == 0 || trial == sequence) {
        trial = sequence;
        window = 1;
        acknowledged = 0;
      }
    }
  }

  private ExpectedTopic expected(Publishable entry) {
    return expected.computeIfAbsent(entry.topic(), _ -> new ExpectedTopic());
  }

  private void checkSent(Publishable entry) {
    String held = heldUnder.get(entry.sequence());
    if (held != null) {
      assertThat(entry.topic()).as("topic of %s", entry.sequence()).isEqualTo(held);
    }
    ExpectedTopic topic = expected(entry);
    long alreadyThere = inFlight().filter(other -> other.topic().equals(entry.topic())).count();
    assertThat(alreadyThere).as("in flight on %s", entry.topic()).isLessThan(topic.window);
    if (!state.heldTopics().containsKey(entry.topic())) {
      topic.trial = 0;
    } else if (topic.trial != 0) {
      assertThat(entry.sequence()).as("sent on held %s", entry.topic()).isEqualTo(topic.trial);
    }
  }

  private void append() {
    if (isFaulty) {
      appended++;
      // Some topics and some customers have more entries than others.
      String account = ACCOUNTS[Math.min(random.nextInt(ACCOUNTS.length), random.nextInt(3))];
      int customer = chance(isBusy ? 0.7 : 0.1) ? 0 : random.nextInt(customers);
      inbox.append(Events.charge("evt_" + appended, account, "cus_" + customer));
    }
  }

  /// Asks the inbox or delivers its answer: anything may happen in between.
  private void claim() throws InterruptedException {
    if (claimed != null) {
      deliver();
      return;
    }
    RelayStep.ForClaimer step = state.nextClaim(now);
    try {
      switch (step) {
        case RelayStep.FindBacklogs(boolean makesRefusedDue) -> {
          Set<String> behind = inbox.heldBehind();
          if (makesRefusedDue) {
            inbox.makeRefusedDue();
          }
          state.backlogsFound(behind);
        }
        case RelayStep.ClaimAny(int max, Duration _) -> {
          List<Claim> entries = inbox.claim(max, Duration.ZERO);
          Map<Long, String> trials = state.trialTopics();
          claimed =
              new Claimed(
                  step,
                  now,
                  entries.stream()
                      .map(entry -> compose(entry, trials.get(entry.sequence())))
                      .toList());
        }
        case RelayStep.ClaimHeld(String behind, int max) -> {
          String topic = HeldBehind.of(behind).topic();
          claimed =
              new Claimed(
                  step,
                  now,
                  inbox.claimHeld(behind, max).stream()
                      .map(entry -> compose(entry, topic))
                      .toList());
        }
        case RelayStep.Wait _, RelayStep.End _ -> {}
      }
    } catch (InboxException e) {
      state.claimFailed(e, now);
    }
  }

  /// The inbox's answer arrives, if there is one on its way.
  private void deliver() {
    Claimed delivered = claimed;
    claimed = null;
    if (delivered != null) {
      switch (delivered.step()) {
        case RelayStep.ClaimAny(int max, Duration _) ->
            state.claimed(delivered.entries(), max, delivered.begunAt());
        case RelayStep.ClaimHeld(String _, int max) -> state.heldClaimed(delivered.entries(), max);
        default -> throw new IllegalStateException();
      }
    }
  }

  private void send() {
    switch (state.nextSend(now)) {
      case RelayStep.Open(long epoch) -> {
        if (isFaulty && chance(0.3)) {
          state.openFailed(epoch, new BrokerException.Unavailable("told so", null), now);
        } else {
          // Messages of the previous producer may still arrive.
          loseWire();
          producer = epoch;
          state.opened(epoch, now);
        }
      }
      case RelayStep.Send(long epoch, List<Publishable> burst) -> {
        for (Publishable entry : burst) {
          if (isFaulty && chance(0.01)) {
            state.lost(epoch, "told so", now);
            return;
          }
          checkSent(entry);
          wire.add(new Sent(epoch, entry));
        }
      }
      case RelayStep.Wait _, RelayStep.End _ -> {}
    }
  }

  /// Asks for settlements, stores them, or tells that they are stored: anything may happen between.
  private void settle() {
    if (storing == null) {
      if (state.nextSettle(now) instanceof RelayStep.Settle(List<Settlement> marks)) {
        storing = marks;
      }
      return;
    }
    if (!isStored) {
      try {
        inbox.settle(storing);
        isStored = true;
        storing.forEach(this::noteHeld);
      } catch (InboxException e) {
        state.marksFailed(e, now);
        storing = null;
      }
      return;
    }
    state.marksStored(now);
    storing = null;
    isStored = false;
  }

  private void noteHeld(Settlement mark) {
    switch (mark) {
      case Settlement.Held(long sequence, String behind) ->
          heldUnder.put(sequence, HeldBehind.of(behind).topic());
      case Settlement.RefusedAndHeld(long sequence, String behind, String _) ->
          heldUnder.put(sequence, HeldBehind.of(behind).topic());
      // Refused permanently: it goes where the routes of its next try say.
      case Settlement.Refused(long sequence, Instant _, String _, boolean isPermanent)
          when isPermanent ->
          heldUnder.remove(sequence);
      default -> {}
    }
  }

  /// The broker answers the first message, or an answer arrives.
  private void brokerTurn() {
    if (!answers.isEmpty() && chance(0.5)) {
      Answer answer = answers.remove();
      long epoch = answer.sent().epoch();
      long sequence = answer.sent().entry().sequence();
      Publishable entry = answer.sent().entry();
      if (answer.refusal().isPresent()) {
        int inFlight = state.inFlight();
        state.refused(epoch, sequence, answer.refusal().get(), now);
        // The refusal of a lost producer is ignored.
        if (state.inFlight() < inFlight && state.heldTopics().containsKey(entry.topic())) {
          expected(entry).refused(sequence);
          if (answer.refusal().get().kind() == Refusal.Kind.TRANSIENT) {
            heldUnder.put(sequence, entry.topic());
          }
        }
      } else {
        state.acknowledged(epoch, sequence, now);
        expected(entry).acknowledged(sequence);
      }
    } else if (!wire.isEmpty()) {
      answers.add(answer(wire.remove()));
    }
  }

  private Answer answer(Sent sent) {
    String topic = sent.entry().topic();
    long sequence = sent.entry().sequence();
    if (refusedTopics.contains(topic)) {
      return new Answer(sent, Optional.of(refusal(Refusal.Kind.TRANSIENT)));
    }
    if (sequence % 17 == 0 && refusedForGood.getOrDefault(sequence, 0) < sequence % 5) {
      refusedForGood.merge(sequence, 1, Integer::sum);
      return new Answer(sent, Optional.of(refusal(Refusal.Kind.PERMANENT)));
    }
    accepted.computeIfAbsent(key(sent.entry()), _ -> new ArrayList<>()).add(sequence);
    return new Answer(sent, Optional.empty());
  }

  private static Refusal refusal(Refusal.Kind kind) {
    return new Refusal(kind, kind == Refusal.Kind.TRANSIENT ? "SPOOL_FULL" : "TOO_LARGE", "no");
  }

  private void fault() throws Exception {
    if (!isFaulty) {
      // A producer that lost its answers stalls only for a while, and a broken inbox recovers.
      inbox.work();
      state.connectionChanged(producer, true, now);
      if (wire.isEmpty() && answers.isEmpty()) {
        state.giveUpSilent(now);
      }
      return;
    }
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> refusedTopics.add(anyTopic());
      case 3, 4, 5 -> refusedTopics.remove(anyTopic());
      case 6 -> inbox.fail(MemoryInbox.Action.CLAIM);
      case 7 -> inbox.fail(MemoryInbox.Action.SETTLE);
      case 8, 9, 10, 11 -> inbox.work();
      case 12 -> state.lost(producer, "told so", now);
      case 13 -> state.connectionChanged(producer, chance(0.5), now);
      case 14 -> stall();
      case 15 -> discard();
      case 16 -> now = now.plusSeconds(random.nextInt(20));
      case 17 -> {
        if (life == Life.RELOADED) {
          reload();
        } else if (life != Life.STEADY && chance(0.3)) {
          die();
        }
      }
      case 18 -> {
        if (life != Life.STEADY && life != Life.RELOADED && chance(0.3)) {
          stop();
        }
      }
      default -> state.connectionChanged(producer, true, now);
    }
  }

  /// The connection is up and silent for long: each message in flight may have arrived or not.
  private void stall() {
    if (state.inFlight() > 0) {
      now = now.plusSeconds(40);
      if (state.giveUpSilent(now) && chance(0.5)) {
        loseWire();
      }
    }
  }

  /// Each message of a lost connection may have reached the broker, as may those before it; some
  /// answers arrive late.
  private void loseWire() {
    int reached = random.nextInt(wire.size() + 1);
    for (int i = 0; i < reached; i++) {
      Answer answer = answer(wire.remove());
      if (chance(0.5)) {
        answers.add(answer);
      }
    }
    wire.clear();
  }

  private void discard() {
    if (appended > 0) {
      long sequence = random.nextLong(appended) + 1;
      if (inbox.discard(sequence)) {
        discarded.add(sequence);
      }
    }
  }

  private String anyTopic() {
    String account = ACCOUNTS[random.nextInt(3)];
    return life == Life.RELOADED && random.nextBoolean()
        ? Events.otherTopic(account)
        : Events.chargeTopic(account);
  }

  private void reload() {
    composer.use(
        random.nextBoolean() ? DesignRoutes.table(Unlisted.UNROUTABLE) : Events.otherRoutes());
  }

  private ComposedMessage compose(Claim claim, @Nullable String heldTopic) {
    ComposedMessage composed = composer.compose(claim, heldTopic);
    return isOrderedByTopic && composed instanceof Publishable message
        ? new Publishable(
            message.sequence(),
            message.type(),
            "",
            message.topicLabel(),
            message.receivedAt(),
            message.refusals(),
            message.permanentRefusals(),
            message.message())
        : composed;
  }

  /// Stops the relay as [Relay#stop] does, and starts the next one.
  private void stop() throws Exception {
    state.stop();
    for (int i = random.nextInt(60); i > 0; i--) {
      switch (random.nextInt(3)) {
        case 0 -> deliver();
        case 1 -> settle();
        default -> brokerTurn();
      }
    }
    deliver();
    loseWire();
    state.abandonInFlight();
    inbox.work();
    for (int i = 0; i < 3_000 && (state.isBusy() || storing != null); i++) {
      now = now.plusMillis(20);
      settle();
    }
    assertThat(state.isBusy()).isFalse();
    state.end();
    restart();
  }

  private void restart() {
    isStored = false;
    answers.clear();
    inbox.crash();
    expected.clear();
    heldUnder.clear();
    isOrderedByTopic = life == Life.REROUTED && random.nextBoolean();
    state = new RelayState(limits, random);
    producer = 0;
  }

  private void die() {
    loseWire();
    if (storing != null && !isStored && chance(0.5)) {
      try {
        inbox.settle(storing);
      } catch (InboxException e) {
        // Then it was not stored.
      }
    }
    storing = null;
    claimed = null;
    restart();
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }
}
