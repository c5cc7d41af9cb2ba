package stripebridge.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.relay.Events.charge;
import static stripebridge.relay.Events.chargeTopic;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import stripebridge.core.broker.Refusal;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.Eventually;
import stripebridge.core.testing.Seed;
import stripebridge.relay.MemoryInbox.Action;
import stripebridge.relay.MemoryInbox.State;

@Timeout(60)
@Isolated("it looks at all threads of the process")
class RelayTest {
  private static final Refusal FOR_NOW =
      new Refusal(Refusal.Kind.TRANSIENT, "SPOOL_OVER_QUOTA", "the queue is full");
  private static final Refusal FOR_GOOD =
      new Refusal(Refusal.Kind.PERMANENT, "MESSAGE_TOO_LARGE", "too large");
  private static final RandomGenerator RANDOM = Seed.random("RelayTest");
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final MemoryInbox inbox = new MemoryInbox(InstantSource.system());
  private final MemoryPublisher broker = new MemoryPublisher();
  private final RecordingObserver observer = new RecordingObserver();
  private RelayLimits limits = limits(255, 512, LONG);
  private Relay relay = relay();

  private static RelayLimits limits(int inFlightMax, int marksMax, Duration stallMax) {
    return new RelayLimits(
        inFlightMax,
        64,
        1_000,
        32 << 20,
        1 << 10,
        marksMax,
        3,
        stallMax,
        new Backoff(Duration.ofMillis(10), Duration.ofMillis(50)),
        new Backoff(Duration.ofMillis(10), Duration.ofMillis(50)));
  }

  private Relay relay() {
    return new Relay(
        inbox, broker, Events.COMPOSER, limits, observer, InstantSource.system(), RANDOM);
  }

  private void use(RelayLimits wanted) {
    limits = wanted;
    relay = relay();
  }

  @AfterEach
  void stop() throws Exception {
    relay.stop(Duration.ZERO);
    broker.close();
  }

  @Test
  void publishesWhatIsInTheInboxInTheOrderOfEachTopic() {
    for (int i = 1; i <= 300; i++) {
      inbox.append(charge("evt_" + i, "acct_" + i % 3));
    }
    relay.start();
    awaitStates(Map.of(State.PUBLISHED, 300L));

    for (int account = 0; account < 3; account++) {
      int which = account;
      assertThat(broker.taken(chargeTopic("acct_" + account)))
          .isEqualTo(
              IntStream.rangeClosed(1, 300)
                  .filter(i -> i % 3 == which)
                  .mapToObj(i -> "evt_" + i)
                  .toList());
    }
    awaitHeard("published evt_300 charge.succeeded stripe/webhook/v1/charge/succeeded");
    awaitHeard("acknowledged stripe/webhook/v1/charge/succeeded");
  }

  @Test
  void publishesWhatArrivesWhileItRuns() {
    relay.start();
    awaitHeard("connected");
    inbox.append(charge("evt_1", "acct_1"));
    awaitTaken("evt_1");
  }

  @Test
  void hasAtMostItsWindowInFlight() {
    broker.beSilent(true);
    for (int i = 1; i <= 400; i++) {
      inbox.append(charge("evt_" + i, "acct_" + i));
    }
    relay.start();
    Eventually.until(() -> broker.inFlight() == 255, broker::inFlight);
    broker.beSilent(false);
    broker.lose();
    awaitStates(Map.of(State.PUBLISHED, 400L));
    assertThat(broker.inFlightMax()).isEqualTo(255);
  }

  @Test
  void asksForAnAnswerAtTheEndOfABurstOnly() {
    for (int i = 1; i <= 200; i++) {
      inbox.append(charge("evt_" + i, "acct_" + i));
    }
    relay.start();
    awaitStates(Map.of(State.PUBLISHED, 200L));
    assertThat(broker.lasts()).hasSize(200).contains(false).endsWith(true);
  }

  @Test
  void holdsATopicThatIsRefusedForNowWhileOthersFlow() {
    broker.refuse(chargeTopic("a"), _ -> Optional.of(FOR_NOW));
    for (int i = 1; i <= 20; i++) {
      inbox.append(charge("evt_a" + i, "a"));
      inbox.append(charge("evt_b" + i, "b"));
    }
    relay.start();
    Eventually.until(() -> broker.taken(chargeTopic("b")).size() == 20, inbox::states);
    awaitStates(State.HELD, 19);
    assertThat(relay.status())
        .returns(1, RelayStatus::topicsHeld)
        .returns(
            List.of(new RelayStatus.HeldTopic(chargeTopic("a"), FOR_NOW)),
            RelayStatus::topicsHeldFirst);
    assertThat(broker.taken(chargeTopic("a"))).isEmpty();
    awaitHeard("held " + chargeTopic("a") + " SPOOL_OVER_QUOTA");

    inbox.append(charge("evt_a21", "a"));
    broker.takeAgain(chargeTopic("a"));
    awaitStates(Map.of(State.PUBLISHED, 41L));
    assertThat(broker.taken(chargeTopic("a")))
        .isEqualTo(IntStream.rangeClosed(1, 21).mapToObj(i -> "evt_a" + i).toList());
    Eventually.until(() -> relay.status().topicsHeld() == 0, relay::status);
  }

  @Test
  void triesAHeldTopicWithTheOneEntryThatWasRefused() {
    broker.refuse(chargeTopic("a"), _ -> Optional.of(FOR_NOW));
    inbox.append(charge("evt_1", "a"));
    inbox.append(charge("evt_2", "a"));
    relay.start();
    String trial =
        "refused evt_1 charge.succeeded stripe/webhook/v1/charge/succeeded" + " SPOOL_OVER_QUOTA";
    Eventually.until(
        () -> observer.heard.stream().filter(trial::equals).count() >= 4, () -> observer.heard);
    assertThat(observer.heard).noneMatch(line -> line.startsWith("refused evt_2"));
  }

  @Test
  void publishesWhatWasHeldBeforeItStartedAheadOfWhatIsNewer() throws Exception {
    for (int i = 1; i <= 100; i++) {
      inbox.append(charge("evt_" + i, "a"));
    }
    List<Settlement.Held> held = new ArrayList<>();
    for (Claim claim : inbox.claim(100, Duration.ZERO)) {
      held.add(new Settlement.Held(claim.sequence(), chargeTopic("a")));
    }
    inbox.settle(held);
    inbox.append(charge("evt_101", "a"));
    relay.start();
    awaitStates(Map.of(State.PUBLISHED, 101L));
    assertThat(broker.taken())
        .isEqualTo(IntStream.rangeClosed(1, 101).mapToObj(i -> "evt_" + i).toList());
  }

  @Test
  void parksWhatIsRefusedForGoodAfterItsTriesAndGoesOnMeanwhile() {
    broker.refuse(
        chargeTopic("a"),
        message -> Optional.of(FOR_GOOD).filter(_ -> message.eventId().text().equals("evt_1")));
    inbox.append(charge("evt_1", "a"));
    inbox.append(charge("evt_2", "a"));
    relay.start();
    awaitStates(Map.of(State.PARKED, 1L, State.PUBLISHED, 1L));

    assertThat(inbox.reason(1)).isEqualTo("REFUSED MESSAGE_TOO_LARGE: too large");
    awaitHeard("parked evt_1 charge.succeeded REFUSED MESSAGE_TOO_LARGE: too large");
    String refused =
        "refused evt_1 charge.succeeded stripe/webhook/v1/charge/succeeded MESSAGE_TOO_LARGE";
    Eventually.until(() -> heard(refused) == 3, () -> observer.heard);
    assertThat(broker.taken()).containsExactly("evt_2");
  }

  @Test
  void parksWhatCannotBeSentAndKeepsItsProducer() {
    broker.cannotSend("evt_1");
    inbox.append(charge("evt_1", "a"));
    inbox.append(charge("evt_2", "a"));
    relay.start();
    awaitStates(Map.of(State.PARKED, 1L, State.PUBLISHED, 1L));
    assertThat(inbox.reason(1)).isEqualTo("REFUSED NOT_SENT: cannot send: told so");
    assertThat(broker.producersOpened()).isEqualTo(1);
  }

  @Test
  void parksWhatCannotBeReadOrIsDamagedAndGoesOn() {
    inbox.append(
        Events.event(
            "evt_1",
            "charge.succeeded",
            "a",
            "{\"id\":\"evt_1\",\"type\":" + "\"charge.succeeded\"}"));
    inbox.appendDamaged(charge("evt_2", "a"), "its checksum differs");
    inbox.append(charge("evt_3", "a"));
    relay.start();
    awaitStates(Map.of(State.PARKED, 2L, State.PUBLISHED, 1L));
    assertThat(inbox.reason(1)).isEqualTo("UNREADABLE no object at data.object");
    assertThat(inbox.reason(2)).isEqualTo("DAMAGED its checksum differs");
    awaitHeard("parked evt_2  DAMAGED its checksum differs");
  }

  @Test
  void sendsWhatALostProducerLeftOnceMoreAndFirst() {
    broker.beSilent(true);
    for (int i = 1; i <= 40; i++) {
      inbox.append(charge("evt_" + i, "acct_" + i % 20));
    }
    relay.start();
    Eventually.until(() -> broker.inFlight() == 20, broker::inFlight);
    broker.beSilent(false);
    broker.lose();
    awaitStates(Map.of(State.PUBLISHED, 40L));
    assertThat(broker.taken().subList(0, 20))
        .isEqualTo(IntStream.rangeClosed(1, 20).mapToObj(i -> "evt_" + i).toList());
    assertThat(broker.taken()).hasSize(40);
    awaitHeard("lost: the connection is lost: told so");
    awaitHeard("unanswered evt_20 stripe/webhook/v1/charge/succeeded");
  }

  @Test
  void waitsForAConnectionThatIsBroken() {
    relay.start();
    awaitHeard("connected");
    broker.setConnection(false);
    Eventually.until(() -> !relay.status().isConnected(), relay::status);
    inbox.append(charge("evt_1", "a"));
    awaitStates(State.CLAIMED, 1);
    assertThat(broker.lasts()).isEmpty();

    broker.setConnection(true);
    awaitTaken("evt_1");
    assertThat(broker.producersOpened()).isEqualTo(1);
    awaitHeard("restored");
    assertThat(observer.heard).containsSubsequence("connected", "broken", "restored");
  }

  @Test
  void replacesAProducerThatAnswersNothing() {
    use(limits(255, 512, SHORT));
    broker.beSilent(true);
    inbox.append(charge("evt_1", "a"));
    relay.start();
    Eventually.until(() -> relay.status().isStalled(), relay::status);
    Eventually.until(() -> broker.producersOpened() >= 2, broker::producersOpened);
    broker.beSilent(false);
    awaitTaken("evt_1");
    Eventually.until(() -> !relay.status().isStalled(), relay::status);
  }

  @Test
  void freesASenderThatABrokenBrokerKeeps() {
    use(limits(255, 512, SHORT));
    broker.block(true);
    inbox.append(charge("evt_1", "a"));
    relay.start();
    Eventually.until(() -> broker.producersOpened() >= 2, broker::producersOpened);
    broker.block(false);
    awaitTaken("evt_1");
  }

  @Test
  void triesABrokerThatIsAwayUntilItComesBack() {
    broker.goAway();
    inbox.append(charge("evt_1", "a"));
    relay.start();
    Eventually.until(() -> broker.tries() >= 4, broker::tries);
    assertThat(relay.status().isConnected()).isFalse();
    broker.comeBack();
    awaitTaken("evt_1");
    assertThat(relay.status().isConnected()).isTrue();
  }

  /// Only the order after a restart depends on it.
  @Test
  void publishesWhenRefusedEntriesCannotBeMadeDue() {
    inbox.fail(Action.MAKE_DUE);
    inbox.append(charge("evt_1", "a"));
    relay.start();
    awaitTaken("evt_1");
    assertThat(heard("inbox failed: claim entries")).isEqualTo(3);
  }

  @Test
  void claimsNoMoreThanItMayLookAheadWhileTheBrokerIsAway() {
    broker.goAway();
    for (int i = 1; i <= 1_500; i++) {
      inbox.append(charge("evt_" + i, "acct_" + i % 7, "cus_" + i));
    }
    relay.start();
    awaitStates(State.CLAIMED, 1_000);
    Eventually.until(() -> broker.tries() >= 4, broker::tries);
    assertThat(inbox.states()).isEqualTo(Map.of(State.CLAIMED, 1_000L, State.FREE, 500L));
    broker.comeBack();
    awaitStates(Map.of(State.PUBLISHED, 1_500L));
  }

  @Test
  void stopsSendingWhileMarksCannotBeStored() {
    use(limits(4, 8, LONG));
    inbox.fail(Action.SETTLE);
    for (int i = 1; i <= 100; i++) {
      inbox.append(charge("evt_" + i, "acct_" + i));
    }
    relay.start();
    Eventually.until(() -> heard("inbox failed: mark entries") >= 3, () -> observer.heard);
    assertThat(relay.status().isInboxAway()).isTrue();
    assertThat(broker.taken()).hasSizeLessThanOrEqualTo(4 + 8);

    inbox.work();
    awaitStates(Map.of(State.PUBLISHED, 100L));
    assertThat(broker.taken()).hasSize(100).doesNotHaveDuplicates();
    awaitHeard("inbox recovered: mark entries");
    assertThat(relay.status().isInboxAway()).isFalse();
  }

  @Test
  void keepsTryingAnInboxThatCannotBeClaimedFrom() {
    inbox.fail(Action.CLAIM);
    inbox.append(charge("evt_1", "a"));
    relay.start();
    Eventually.until(() -> heard("inbox failed: claim entries") >= 3, () -> observer.heard);
    assertThat(relay.status().isInboxAway()).isTrue();
    inbox.work();
    awaitTaken("evt_1");
  }

  @Test
  void saysSoWhenItDiesOfABug() throws Exception {
    relay.start();
    awaitHeard("connected");
    IllegalStateException bug = new IllegalStateException("planted");
    inbox.breakWith(bug);
    Eventually.until(() -> relay.status().failure().isPresent(), relay::status);
    assertThat(relay.status().failure()).contains(bug);
    Eventually.until(() -> observer.bugs.equals(List.of(bug)), () -> observer.bugs);
    relay.stop(LONG);
    assertThat(broker.areAllClosed()).isTrue();
  }

  @Test
  void settlesWhatIsInFlightBeforeItStops() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    broker.refuse(
        chargeTopic("a"),
        _ -> {
          sent.countDown();
          await(answer);
          return Optional.empty();
        });
    inbox.append(charge("evt_1", "a"));
    inbox.append(charge("evt_2", "a"));
    relay.start();
    await(sent);
    // The second entry waits behind the first and is given back, which shows that stopping has
    // begun.
    Thread helper =
        Thread.startVirtualThread(() -> {
          Eventually.until(() -> inbox.state(2) == State.FREE, inbox::states);
          answer.countDown();
        });
    Leftovers leftovers = relay.stop(LONG);
    helper.join();
    assertThat(leftovers).isEqualTo(new Leftovers(0, 0));
    assertThat(inbox.states()).isEqualTo(Map.of(State.PUBLISHED, 1L, State.FREE, 1L));
    assertThat(broker.areAllClosed()).isTrue();
  }

  @Test
  void givesBackWhatIsNotAnsweredWhenItHasToStop() throws Exception {
    broker.beSilent(true);
    inbox.append(charge("evt_1", "a"));
    inbox.append(charge("evt_2", "a"));
    inbox.append(charge("evt_3", "b"));
    relay.start();
    Eventually.until(() -> broker.inFlight() == 2, broker::inFlight);
    assertThat(relay.stop(SHORT)).isEqualTo(new Leftovers(2, 0));
    assertThat(inbox.states()).isEqualTo(Map.of(State.FREE, 3L));
    assertThat(broker.areAllClosed()).isTrue();
  }

  @Test
  void countsWhatItCouldNotMarkWhenItHasToStop() throws Exception {
    inbox.fail(Action.SETTLE);
    inbox.append(charge("evt_1", "a"));
    relay.start();
    awaitHeard("inbox failed: mark entries");
    assertThat(relay.stop(SHORT)).isEqualTo(new Leftovers(0, 1));
  }

  @Test
  void stopsWhileTheBrokerKeepsTheSender() throws Exception {
    broker.block(true);
    inbox.append(charge("evt_1", "a"));
    relay.start();
    awaitHeard("connected");
    awaitStates(State.CLAIMED, 1);
    relay.stop(SHORT);
    assertThat(inbox.states()).isEqualTo(Map.of(State.FREE, 1L));
    assertThat(relayThreads()).isEmpty();
  }

  @Test
  void stopsWhileItConnects() throws Exception {
    broker.hangOpening();
    inbox.append(charge("evt_1", "a"));
    relay.start();
    Eventually.until(() -> broker.tries() == 1, broker::tries);
    awaitStates(State.CLAIMED, 1);
    assertThat(relay.stop(LONG)).isEqualTo(new Leftovers(0, 0));
    assertThat(inbox.states()).isEqualTo(Map.of(State.FREE, 1L));
    assertThat(relayThreads()).isEmpty();
  }

  @Test
  void leavesNoThreadBehind() throws Exception {
    relay.start();
    awaitHeard("connected");
    relay.stop(LONG);
    assertThat(relayThreads()).isEmpty();
  }

  @Test
  void saysWhenItLastDidSomething() {
    Instant before = Instant.now();
    relay.start();
    Eventually.until(() -> relay.status().lastTurn().isAfter(before), relay::status);
    Instant then = relay.status().lastTurn();
    Eventually.until(() -> relay.status().lastTurn().isAfter(then), relay::status);
  }

  private static List<String> relayThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("relay-"))
        .toList();
  }

  private long heard(String line) {
    return observer.heard.stream().filter(line::equals).count();
  }

  private void awaitHeard(String line) {
    Eventually.until(() -> observer.heard.contains(line), () -> observer.heard);
  }

  private void awaitTaken(String eventId) {
    Eventually.until(() -> broker.taken().contains(eventId), broker::taken);
  }

  private void awaitStates(Map<State, Long> states) {
    Eventually.until(() -> inbox.states().equals(states), inbox::states);
  }

  private void awaitStates(State state, long count) {
    Eventually.until(() -> inbox.states().getOrDefault(state, 0L) == count, inbox::states);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
