package stripebridge.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.Refusal;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.Seed;
import stripebridge.relay.ComposedMessage.Publishable;

/// Single decisions; [RelayStateSimulationTest] plays whole sequences.
class RelayStateTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration STALL = Duration.ofSeconds(30);
  private static final Refusal FOR_NOW = new Refusal(Refusal.Kind.TRANSIENT, "SPOOL_FULL", "full");
  private static final Refusal FOR_GOOD = new Refusal(Refusal.Kind.PERMANENT, "ACL", "denied");
  private static final RandomGenerator RANDOM = Seed.random("RelayStateTest");
  private static final String TOPIC = Events.chargeTopic("a");
  // The longest backoff here.
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(8);

  private RelayState state = new RelayState(limits(40, 4_000), RANDOM);
  private Instant now = Instant.parse("2026-11-20T10:00:00Z");

  private static RelayLimits limits(int lookAheadMax, int bytesMax) {
    return new RelayLimits(
        4,
        3,
        lookAheadMax,
        bytesMax,
        100,
        6,
        3,
        STALL,
        new Backoff(SECOND, BACKOFF_MAX),
        new Backoff(SECOND, BACKOFF_MAX));
  }

  @BeforeEach
  void begin() {
    state.backlogsFound(Set.of());
    open(1);
  }

  @Test
  void sendsOneOfAKeyAtATimeAndOthersTogether() {
    claim(entry(1, "a"), entry(2, "a"), entry(3, "b"), of(4, "cus_2"));
    assertThat(send()).containsExactly(1L, 3L, 4L);
    assertThat(send()).isEmpty();
    state.acknowledged(1, 1, now);
    assertThat(send()).containsExactly(2L);
  }

  @Test
  void letsTopicsTakeTurns() {
    claim(of(1, "cus_1"), of(2, "cus_2"), of(3, "cus_3"), of(4, "cus_4"), entry(5, "b"));
    assertThat(send()).containsExactly(1L, 5L, 2L);
  }

  @Test
  void holdsOtherRefusedMessagesWithoutADate() {
    claim(of(1, "cus_1"), of(2, "cus_2"), of(3, "cus_1"));
    send();
    state.refused(1, 2, FOR_NOW, now);
    state.refused(1, 1, FOR_NOW, now);
    assertThat(marks().stream().map(Settlement::sequence)).containsExactly(2L, 3L, 1L);
    assertThat(marks().getFirst()).isInstanceOf(Settlement.Refused.class);
    assertThat(marks().subList(1, 3))
        .containsExactly(
            new Settlement.Held(3, TOPIC),
            new Settlement.RefusedAndHeld(1, TOPIC, "SPOOL_FULL: full"));
  }

  @Test
  void waitsForAnswersInFlightBeforeItTriesAHeldTopic() {
    claim(of(1, "cus_1"), of(2, "cus_2"), of(3, "cus_3"));
    send();
    state.refused(1, 1, FOR_NOW, now);
    store();
    claim(of(1, "cus_1"));
    assertThat(send()).isEmpty();
    state.acknowledged(1, 2, now);
    assertThat(send()).isEmpty();
    state.acknowledged(1, 3, now);
    assertThat(state.heldTopics()).containsOnlyKeys(TOPIC);
    assertThat(send()).containsExactly(1L);
  }

  @Test
  void doublesTheWindowOfATopicAfterItWasHeld() {
    hold(1, "a");
    claim(entry(1, "a"));
    send();
    state.acknowledged(1, 1, now);
    claim(of(2, "cus_2"), of(3, "cus_3"), of(4, "cus_4"), of(5, "cus_5"), of(6, "cus_6"));
    assertThat(send()).containsExactly(2L, 3L);
    assertThat(send()).isEmpty();
    state.acknowledged(1, 2, now);
    assertThat(send()).containsExactly(4L);
    state.acknowledged(1, 3, now);
    assertThat(send()).containsExactly(5L, 6L);
  }

  @Test
  void waitsLongerWithEachRefusedTrialAndNotWithEachMessage() {
    claim(of(1, "cus_1"), of(2, "cus_2"), of(3, "cus_3"));
    send();
    for (long sequence = 1; sequence <= 3; sequence++) {
      state.refused(1, sequence, FOR_NOW, now);
    }
    store();
    claim(of(1, "cus_1"));
    send();
    state.refused(1, 1, FOR_NOW, now);
    assertThat(marks())
        .singleElement()
        .isInstanceOfSatisfying(
            Settlement.Refused.class,
            trial -> assertThat(trial.at()).isBetween(now.plusSeconds(1), now.plusSeconds(2)));
  }

  /// The look-ahead of 40 has room for 10 entries of each of the 4 messages in flight.
  @Test
  void keepsFewEntriesOfABusyKeyInTheHeap() {
    state = new RelayState(limits(40, 400_000), RANDOM);
    begin();
    claim(entries(1, 13));
    assertThat(send()).containsExactly(1L);
    claim(of(20, "cus_2"), entry(21, "a"));
    assertThat(send()).containsExactly(20L);
    String behind = TOPIC + "\tcus_1";
    assertThat(marks())
        .containsExactly(
            new Settlement.Held(11, behind),
            new Settlement.Held(12, behind),
            new Settlement.Held(13, behind),
            new Settlement.Held(21, behind));
    store();
    for (long sequence = 1; sequence <= 4; sequence++) {
      state.acknowledged(1, sequence, now);
      send();
    }
    assertThat(nextClaimHeld()).isEqualTo(new RelayStep.ClaimHeld(behind, 5));
    state.heldClaimed(List.of(entry(11, "a"), entry(12, "a"), entry(13, "a"), entry(21, "a")), 5);
    claim(entry(22, "a"));
    assertThat(marks()).allMatch(Settlement.Published.class::isInstance);
  }

  @Test
  void holdsAgainWhatCouldOvertakeAnEntryThatIsNotStoredYet() {
    state.backlogsFound(Set.of(TOPIC));
    claim(entry(3, "a"));
    nextClaimHeld();
    state.heldClaimed(List.of(entry(2, "a"), entry(4, "a")), 10);
    assertThat(send()).containsExactly(2L);
    assertThat(marks())
        .containsExactly(new Settlement.Held(3, TOPIC), new Settlement.Held(4, TOPIC));
  }

  @Test
  void holdsAgainWhatTheInboxReturnedBeforeTheTopicWasHeld() {
    state.backlogsFound(Set.of(TOPIC));
    claim();
    nextClaimHeld();
    state.heldClaimed(List.of(of(1, "cus_1")), 1);
    send();
    nextClaimHeld();
    state.refused(1, 1, FOR_NOW, now);
    state.heldClaimed(List.of(of(2, "cus_2")), 1);
    assertThat(send()).isEmpty();
    assertThat(marks().getLast()).isEqualTo(new Settlement.Held(2, TOPIC));
  }

  /// Those that the last process had claimed may be free, and come before those that it held.
  @Test
  void claimsFreeEntriesBeforeHeldOnesAtTheStart() {
    state.backlogsFound(Set.of(TOPIC));
    assertThat(state.nextClaim(now)).isInstanceOf(RelayStep.ClaimAny.class);
    state.claimed(List.of(entry(1, "b")), 1, now);
    assertThat(state.nextClaim(now)).isInstanceOf(RelayStep.ClaimAny.class);
    state.claimed(List.of(), 10, now);
    assertThat(state.nextClaim(now)).isInstanceOf(RelayStep.ClaimHeld.class);
  }

  @Test
  void keepsNewEntriesOfAnAlmostDrainedTopicInTheHeap() {
    state.backlogsFound(Set.of(TOPIC));
    claim();
    nextClaimHeld();
    state.heldClaimed(List.of(of(1, "cus_1")), 10);
    claim(of(2, "cus_2"));
    nextClaimHeld();
    state.heldClaimed(List.of(), 10);
    assertThat(marks()).isEmpty();
    assertThat(send()).containsExactly(1L);
    state.acknowledged(1, 1, now);
    assertThat(send()).containsExactly(2L);
  }

  /// The inbox may return an entry after it has stored its mark, and before it says so.
  @Test
  void waitsForEveryMarkOfAnEntry() {
    state.backlogsFound(Set.of(TOPIC));
    claim(entry(3, "a"));
    marks();
    nextClaimHeld();
    state.heldClaimed(List.of(entry(3, "a")), 10);
    state.marksStored(now);
    nextClaimHeld();
    state.heldClaimed(List.of(), 10);
    store();
    nextClaimHeld();
    state.heldClaimed(List.of(entry(3, "a")), 10);
    assertThat(send()).containsExactly(3L);
  }

  @Test
  void waitsForTheLatestDateOfATrialEntry() {
    claim(entry(1, "a"));
    send();
    state.refused(1, 1, FOR_NOW, now);
    marks();
    // It is due, claimed and refused again before the inbox says that it has stored the date.
    now = now.plus(SECOND);
    claim(entry(1, "a"));
    send();
    state.refused(1, 1, FOR_NOW, now);
    state.marksStored(now);
    now = now.plus(RelayState.TRIAL_GRACE).plus(BACKOFF_MAX);
    claim();
    assertThat(state.heldTopics()).containsOnlyKeys(TOPIC);
  }

  /// The inbox may return only entries that belong elsewhere now, or are damaged.
  @Test
  void asksAgainWhenNoEntryOfAnAnswerStays() {
    String old = "stripe/webhook/v1/old/a";
    state.backlogsFound(Set.of(old));
    claim();
    for (int i = 0; i < 3; i++) {
      assertThat(nextClaimHeld())
          .isInstanceOfSatisfying(
              RelayStep.ClaimHeld.class, held -> assertThat(held.behind()).isEqualTo(old));
      state.heldClaimed(List.of(of(10 + i, "cus_" + i)), 1);
    }
    nextClaimHeld();
    state.heldClaimed(
        List.of(new ComposedMessage.Unpublishable(9, "evt_9", "", ParkReason.DAMAGED, "it is")), 4);
    assertThat(nextClaimHeld()).isInstanceOf(RelayStep.ClaimHeld.class);
  }

  /// An entry of a busy key that was held behind the topic must stay before newer ones.
  @Test
  void keepsTheOrderOfABusyKeyWhileItsTopicDrains() {
    state.backlogsFound(Set.of(TOPIC + "\tcus_1"));
    claim(of(20, "cus_2"));
    send();
    state.refused(1, 20, FOR_NOW, now);
    claim(of(30, "cus_1"));
    store();
    claim(of(20, "cus_2"));
    send();
    state.acknowledged(1, 20, now);
    // One answer of the lane's backlog, and one of the topic's: 30 goes behind the lane's.
    Map<String, List<Publishable>> held = new HashMap<>();
    held.put(TOPIC + "\tcus_1", List.of(of(10, "cus_1")));
    held.put(TOPIC, List.of(of(30, "cus_1")));
    for (int i = 0; i < 2; i++) {
      RelayStep.ClaimHeld step = (RelayStep.ClaimHeld) nextClaimHeld();
      List<Publishable> found = held.getOrDefault(step.behind(), List.of());
      state.heldClaimed(List.copyOf(found), step.max());
    }
    assertThat(marks()).contains(new Settlement.Held(30, TOPIC + "\tcus_1"));
  }

  @Test
  void doesNotSendAgainWhatALostProducerLeftOfAHeldTopic() {
    claim(of(1, "cus_1"), of(2, "cus_2"), entry(3, "b"));
    send();
    state.refused(1, 1, FOR_NOW, now);
    store();
    state.lost(1, "told so", now);
    open(2);
    assertThat(send()).containsExactly(3L);
    assertThat(marks()).containsExactly(new Settlement.Held(2, TOPIC));
  }

  @Test
  void sendsNoMoreThanABurstAndAWindow() {
    claim(entry(1, "a"), entry(2, "b"), entry(3, "c"), entry(4, "d"), entry(5, "e"));
    assertThat(send()).containsExactly(1L, 2L, 3L);
    assertThat(send()).containsExactly(4L);
    assertThat(send()).isEmpty();
    state.acknowledged(1, 2, now);
    assertThat(send()).containsExactly(5L);
  }

  @Test
  void countsWhereARefusedMessageWaits() {
    claim(entry(1, "a", 2));
    send();
    state.refused(1, 1, FOR_NOW, now);
    // The topic's first refusal, whatever the entry had before: the base, half of it random.
    assertThat(marks())
        .singleElement()
        .isInstanceOfSatisfying(
            Settlement.Refused.class,
            refused -> {
              assertThat(refused.sequence()).isEqualTo(1);
              assertThat(refused.reason()).isEqualTo("SPOOL_FULL: full");
              assertThat(refused.at()).isBetween(now.plusMillis(500), now.plusSeconds(1));
            });
  }

  @Test
  void holdsWhatIsBehindARefusedEntryAndWhatComesLater() {
    claim(entry(1, "a"), entry(2, "a"));
    send();
    state.refused(1, 1, FOR_NOW, now);
    claim(entry(3, "a"));
    assertThat(marks().stream().skip(1))
        .containsExactly(new Settlement.Held(2, TOPIC), new Settlement.Held(3, TOPIC));
    assertThat(send()).isEmpty();
    assertThat(state.heldTopics()).containsOnlyKeys(TOPIC);
  }

  @Test
  void drainsAHeldTopicAsSoonAsItsTrialEntryIsAcknowledged() {
    hold(1, "a");
    claim(entry(1, "a", 1), entry(2, "a"));
    assertThat(send()).containsExactly(1L);
    store();
    state.acknowledged(1, 1, now);
    assertThat(state.heldTopics()).isEmpty();
    assertThat(state.nextClaim(now)).isEqualTo(new RelayStep.ClaimHeld(TOPIC, 16));
  }

  @Test
  void drainsAHeldTopicWhenItsTrialEntryIsRefusedForGood() {
    hold(1, "a");
    claim(entry(1, "a", 1), entry(2, "a"));
    send();
    store();
    state.refused(1, 1, FOR_GOOD, now);
    assertThat(state.heldTopics()).isEmpty();
    assertThat(state.nextClaim(now)).isInstanceOf(RelayStep.ClaimHeld.class);
  }

  @Test
  void freesADrainedTopicOnlyWhenAllItHeldWasInTheStore() {
    state.backlogsFound(Set.of(TOPIC));
    claim(entry(7, "a"));
    nextClaimHeld();
    state.heldClaimed(List.of(), 10);
    assertThat(marks()).containsExactly(new Settlement.Held(7, TOPIC));
    assertThat(state.topics()).isEqualTo(1);

    state.marksStored(now);
    nextClaimHeld();
    state.heldClaimed(List.of(), 10);
    assertThat(state.topics()).isZero();
  }

  @Test
  void goesOnWithoutATrialEntryThatIsTakenAway() {
    hold(1, "a");
    now = now.plus(BACKOFF_MAX).plus(RelayState.TRIAL_GRACE).plus(SECOND);
    claim(entry(2, "b"));
    assertThat(state.heldTopics()).isEmpty();
  }

  @Test
  void waitsForATrialEntryThatTheInboxMayNotHaveReached() {
    hold(5, "a");
    now = now.plus(BACKOFF_MAX).plus(RelayState.TRIAL_GRACE_BUSY).plus(SECOND);
    state.claimed(List.of(entry(2, "b")), 1, now);
    assertThat(state.heldTopics()).containsOnlyKeys(TOPIC);
  }

  /// Those with older dates come first, whatever their sequence.
  @Test
  void waitsLongerForATrialEntryWhileManyEntriesAreDue() {
    hold(5, "a");
    now = now.plus(BACKOFF_MAX).plus(RelayState.TRIAL_GRACE).plus(SECOND);
    state.claimed(List.of(entry(9, "b")), 1, now);
    assertThat(state.heldTopics()).containsOnlyKeys(TOPIC);
    now = now.plus(RelayState.TRIAL_GRACE_BUSY);
    state.claimed(List.of(entry(10, "b")), 1, now);
    assertThat(state.heldTopics()).isEmpty();
  }

  @Test
  void waitsForATrialEntryWhoseDateIsNotStored() {
    claim(entry(1, "a"));
    send();
    state.refused(1, 1, FOR_NOW, now);
    now = now.plusSeconds(1_000);
    claim(entry(2, "b"));
    assertThat(state.heldTopics()).containsOnlyKeys(TOPIC);
  }

  @Test
  void parksNothingForWhatWasRefusedForNow() {
    claim(entry(1, "a", 9, 0));
    send();
    state.refused(1, 1, FOR_GOOD, now);
    assertThat(marks())
        .singleElement()
        .isInstanceOfSatisfying(
            Settlement.Refused.class, refused -> assertThat(refused.isPermanent()).isTrue());
  }

  @Test
  void parksAtTheLastRefusal() {
    claim(entry(1, "a", 2));
    send();
    state.refused(1, 1, FOR_GOOD, now);
    assertThat(marks())
        .containsExactly(new Settlement.Parked(1, ParkReason.REFUSED, "ACL: denied"));
  }

  @Test
  void sendsWhatALostProducerLeftFirstAndInOrder() {
    claim(entry(1, "a"), entry(2, "b"), entry(3, "c"), entry(4, "d"), entry(5, "e"));
    send();
    send();
    state.acknowledged(1, 2, now);
    state.lost(1, "told so", now);
    open(2);
    assertThat(send()).containsExactly(1L, 3L, 4L);
    assertThat(send()).containsExactly(5L);
  }

  @Test
  void settlesWhatAnOldProducerAcknowledgesLate() {
    claim(entry(1, "a"));
    send();
    state.lost(1, "told so", now);
    state.acknowledged(1, 1, now);
    open(2);
    assertThat(send()).isEmpty();
    assertThat(marks()).containsExactly(new Settlement.Published(1));
  }

  @Test
  void marksOnceWhatBothProducersAcknowledgeAndWaitsForTheCopy() {
    claim(entry(1, "a"), entry(2, "a"));
    send();
    state.lost(1, "told so", now);
    open(2);
    send();
    state.acknowledged(1, 1, now);
    assertThat(send()).isEmpty();
    state.acknowledged(2, 1, now);
    assertThat(send()).containsExactly(2L);
    assertThat(marks()).containsExactly(new Settlement.Published(1));
  }

  @Test
  void doesNotSendAThirdTimeWhatIsAcknowledged() {
    claim(entry(1, "a"), entry(2, "a"));
    send();
    state.lost(1, "told so", now);
    open(2);
    send();
    state.acknowledged(1, 1, now);
    state.lost(2, "told so", now);
    open(3);
    assertThat(send()).containsExactly(2L);
  }

  @Test
  void doesNotListenToARefusalOfAnOldProducer() {
    claim(entry(1, "a"));
    send();
    state.lost(1, "told so", now);
    open(2);
    send();
    state.refused(1, 1, FOR_GOOD, now);
    assertThat(marks()).isEmpty();
    assertThat(state.inFlight()).isEqualTo(1);
  }

  @Test
  void opensAtOnceAfterAProducerThatWasOfUseAndLaterAfterOneThatWasNot() {
    claim(entry(1, "a"));
    send();
    state.acknowledged(1, 1, now);
    state.lost(1, "told so", now);
    assertThat(state.nextSend(now)).isEqualTo(new RelayStep.Open(2));
    state.opened(2, now);
    state.lost(2, "told so", now);
    assertThat(state.nextSend(now)).isInstanceOf(RelayStep.Wait.class);
    now = now.plus(SECOND);
    assertThat(state.nextSend(now)).isEqualTo(new RelayStep.Open(3));
    state.openFailed(3, new BrokerException.Unavailable("told so", null), now);
    now = now.plus(SECOND.dividedBy(2));
    assertThat(state.nextSend(now)).isInstanceOf(RelayStep.Wait.class);
  }

  @Test
  void doesNotTakeAProducerForOpenThatWasLostMeanwhile() {
    state.lost(1, "told so", now);
    now = now.plus(SECOND);
    assertThat(state.nextSend(now)).isEqualTo(new RelayStep.Open(2));
    state.lost(2, "told so", now);
    state.opened(2, now);
    assertThat(state.isConnected()).isFalse();
    now = now.plus(BACKOFF_MAX);
    assertThat(state.nextSend(now)).isEqualTo(new RelayStep.Open(3));
  }

  @Test
  void givesUpAProducerThatIsSilentWhileItsConnectionIsUp() {
    claim(entry(1, "a"));
    now = now.plus(STALL);
    send();
    assertThat(state.giveUpSilent(now.plus(STALL).minusMillis(1))).isFalse();
    now = now.plus(STALL);
    state.connectionChanged(1, false, now);
    assertThat(state.giveUpSilent(now)).isFalse();
    state.connectionChanged(1, true, now);
    assertThat(state.giveUpSilent(now)).isFalse();
    now = now.plus(STALL);
    assertThat(state.giveUpSilent(now)).isTrue();
    assertThat(state.isStalled()).isTrue();
    assertThat(state.isConnected()).isFalse();
  }

  @Test
  void isNotStalledWhenNothingIsInFlight() {
    now = now.plus(STALL.multipliedBy(2));
    assertThat(state.giveUpSilent(now)).isFalse();
  }

  @Test
  void sendsNothingUntilTheMarksThatFailedAreStored() {
    claim(entry(1, "a"), entry(2, "a"), entry(3, "b"));
    send();
    state.acknowledged(1, 1, now);
    List<Settlement> failed = marks();
    state.marksFailed(new InboxException.Unavailable("told so", new Exception()), now);
    state.acknowledged(1, 3, now);
    assertThat(send()).isEmpty();
    assertThat(state.nextSettle(now)).isInstanceOf(RelayStep.Wait.class);

    now = now.plus(SECOND);
    assertThat(marks()).isEqualTo(failed);
    state.marksStored(now);
    assertThat(send()).containsExactly(2L);
    assertThat(marks()).containsExactly(new Settlement.Published(3));
  }

  @Test
  void sendsNothingWhileTooManyMarksAreUnstored() {
    for (int i = 1; i <= 7; i++) {
      claim(entry(i, "a" + i));
      send();
      state.acknowledged(1, i, now);
    }
    assertThat(state.marksUnstored()).isEqualTo(6);
    assertThat(state.entries()).isEqualTo(1);
  }

  @Test
  void claimsWhatItHasRoomFor() {
    assertThat(room(40, 4_000)).isEqualTo(new RelayStep.ClaimAny(40, RelayState.CLAIM_WAIT));
    assertThat(room(40, 1_000)).isEqualTo(new RelayStep.ClaimAny(10, RelayState.CLAIM_WAIT));
    claim(entries(1, 32));
    assertThat(state.nextClaim(now)).isEqualTo(RelayStep.Wait.IDLE);
    send();
    assertThat(state.nextClaim(now)).isEqualTo(RelayStep.Wait.IDLE);
  }

  @Test
  void countsUnstoredMarksAgainstItsRoom() {
    claim(entry(1, "a"), entry(2, "a"), entry(3, "a"));
    send();
    state.refused(1, 1, FOR_NOW, now);
    assertThat(state.room()).isEqualTo(40 - 3);
  }

  @Test
  void doesNotWaitInTheInboxWhileATopicIsDrained() {
    state.backlogsFound(Set.of(TOPIC));
    claim();
    nextClaimHeld();
    assertThat(state.nextClaim(now)).isEqualTo(new RelayStep.ClaimAny(40, Duration.ZERO));
  }

  @Test
  void takesWhatWasHeldByItsNewTopicWhenTheRoutesHaveChanged() {
    state.backlogsFound(Set.of("stripe/webhook/v1/old/a"));
    claim(entry(9, "a"));
    nextClaimHeld();
    state.heldClaimed(List.of(entry(1, "a"), entry(2, "a")), 2);
    assertThat(send()).containsExactly(9L);
    state.acknowledged(1, 9, now);
    assertThat(send()).containsExactly(1L);
  }

  @Test
  void givesBackWhatIsNotSentWhenItStops() {
    claim(entry(1, "a"), entry(2, "a"));
    send();
    state.stop();
    state.claimed(List.of(entry(3, "c")), 1, now);
    assertThat(marks()).containsExactly(new Settlement.Released(2), new Settlement.Released(3));
    assertThat(state.nextClaim(now)).isInstanceOf(RelayStep.End.class);
    assertThat(send()).isEmpty();
    assertThat(state.isBusy()).isTrue();
  }

  // ---- Steps

  private static RelayStep.ForClaimer room(int lookAheadMax, int bytesMax) {
    RelayState fresh = new RelayState(limits(lookAheadMax, bytesMax), RANDOM);
    fresh.backlogsFound(Set.of());
    return fresh.nextClaim(Instant.EPOCH);
  }

  /// Opens a producer after the longest possible backoff.
  private void open(long epoch) {
    now = now.plus(BACKOFF_MAX);
    assertThat(state.nextSend(now)).isEqualTo(new RelayStep.Open(epoch));
    state.opened(epoch, now);
  }

  /// Refuses an entry transiently and stores its date.
  private void hold(long sequence, String account) {
    claim(entry(sequence, account));
    send();
    state.refused(1, sequence, FOR_NOW, now);
    store();
  }

  private void claim(Publishable... entries) {
    state.claimed(Arrays.asList(entries), 40, now);
  }

  private RelayStep.ForClaimer nextClaimHeld() {
    RelayStep.ForClaimer next = state.nextClaim(now);
    RelayStep.ForClaimer held = next instanceof RelayStep.ClaimHeld ? next : state.nextClaim(now);
    assertThat(held).isInstanceOf(RelayStep.ClaimHeld.class);
    return held;
  }

  private void store() {
    marks();
    state.marksStored(now);
  }

  private List<Long> send() {
    return state.nextSend(now) instanceof RelayStep.Send(long _, List<Publishable> burst)
        ? burst.stream().map(Publishable::sequence).toList()
        : List.of();
  }

  private List<Settlement> marks() {
    return state.nextSettle(now) instanceof RelayStep.Settle(List<Settlement> marks)
        ? marks
        : List.of();
  }

  private static Publishable[] entries(int first, int last) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(i -> entry(i, "a"))
        .toArray(Publishable[]::new);
  }

  private static Publishable entry(long sequence, String account) {
    return entry(sequence, account, 0);
  }

  /// An entry of account a.
  private static Publishable of(long sequence, String customer) {
    return (Publishable)
        Events.COMPOSER.compose(
            new Claim.Intact(
                new InboxEntry(sequence, Events.charge("evt_" + sequence, "a", customer), 0, 0)));
  }

  private static Publishable entry(long sequence, String account, int refusals) {
    return entry(sequence, account, refusals, refusals);
  }

  private static Publishable entry(
      long sequence, String account, int refusals, int permanentRefusals) {
    return (Publishable)
        Events.COMPOSER.compose(
            new Claim.Intact(
                new InboxEntry(
                    sequence,
                    Events.charge("evt_" + sequence, account),
                    refusals,
                    permanentRefusals)));
  }
}
