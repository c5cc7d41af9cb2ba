package stripebridge.core.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxAdmin.Outcome;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.KnownEvent;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// The tests that every inbox must pass.
public abstract class InboxContract {
  public static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");
  protected static final int WAITING_MAX = 10_000;
  protected static final Duration ID_MEMORY = Duration.ofHours(1);

  protected Inbox inbox;
  protected volatile Instant now = NOW;

  /// Opens the inbox, or reopens it with its entries.
  ///
  /// @param waitingMax as in the settings
  protected abstract Inbox open(int waitingMax) throws Exception;

  /// An operator of the inbox that is open.
  protected abstract Operator operator() throws Exception;

  @BeforeEach
  void open() throws Exception {
    inbox = open(WAITING_MAX);
  }

  @AfterEach
  void close() {
    inbox.close();
  }

  protected void reopen() throws Exception {
    inbox.close();
    inbox = open(WAITING_MAX);
  }

  public static ReceivedEvent event(String id) {
    return new ReceivedEvent(
        new EventId(id),
        new EventType("payout.failed"),
        "acct_1",
        NOW,
        ("{\"id\":\"" + id + "\"}").getBytes(UTF_8));
  }

  protected void append(String... ids) throws InboxException {
    for (String id : ids) {
      assertThat(inbox.append(event(id))).isEqualTo(Appended.STORED);
    }
  }

  protected List<Claim> claim() throws Exception {
    return inbox.claim(100, Duration.ZERO);
  }

  public static List<String> ids(List<Claim> claims) {
    return claims.stream().map(InboxContract::id).toList();
  }

  public static String id(Claim claim) {
    return entry(claim).event().id().text();
  }

  public static InboxEntry entry(Claim claim) {
    return ((Claim.Intact) claim).entry();
  }

  @Test
  void claimsEventsInTheOrderOfAcceptance() throws Exception {
    append("evt_1", "evt_2", "evt_3");

    List<Claim> claims = claim();
    assertThat(ids(claims)).containsExactly("evt_1", "evt_2", "evt_3");
    assertThat(entry(claims.getFirst()).event())
        .usingRecursiveComparison()
        .isEqualTo(event("evt_1"));
    assertThat(claims.stream().map(Claim::sequence)).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void claimsNothingTwice() throws Exception {
    append("evt_1");
    assertThat(ids(claim())).containsExactly("evt_1");
    assertThat(claim()).isEmpty();
  }

  @Test
  void claimsAtMostTheMaximum() throws Exception {
    append("evt_1", "evt_2", "evt_3");
    assertThat(ids(inbox.claim(2, Duration.ZERO))).containsExactly("evt_1", "evt_2");
    assertThat(ids(inbox.claim(2, Duration.ZERO))).containsExactly("evt_3");
  }

  @Test
  void wakesAWaitingClaimer() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<Claim>> waiting = threads.submit(() -> inbox.claim(1, Duration.ofMinutes(1)));
      append("evt_1");
      assertThat(ids(waiting.get())).containsExactly("evt_1");
    }
  }

  @Test
  void storesAnIdOnce() throws Exception {
    append("evt_1");
    assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    claim();
    assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    assertThat(claim()).isEmpty();
  }

  @Test
  void storesOneOfManyConcurrentDeliveries() throws Exception {
    List<Callable<Appended>> callers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      callers.add(() -> inbox.append(event("evt_1")));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Appended> answers = new ArrayList<>();
      for (Future<Appended> answer : threads.invokeAll(callers)) {
        answers.add(answer.get());
      }
      assertThat(answers).containsOnlyOnce(Appended.STORED);
      assertThat(answers).filteredOn(Appended.DUPLICATE::equals).hasSize(49);
    }
    assertThat(claim()).hasSize(1);
  }

  @Test
  void remembersAPublishedId() throws Exception {
    append("evt_1");
    inbox.settle(List.of(new Settlement.Published(claim().getFirst().sequence())));

    assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    assertThat(inbox.counts()).isEqualTo(new InboxCounts(0, 0, Optional.empty()));
    reopen();
    assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    assertThat(claim()).isEmpty();
  }

  @Test
  void refusesNewEventsWhenFullButKnowsItsOwn() throws Exception {
    inbox.close();
    inbox = open(2);
    append("evt_1", "evt_2");

    assertThat(inbox.append(event("evt_3"))).isEqualTo(Appended.FULL);
    assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    inbox.settle(List.of(new Settlement.Published(claim().getFirst().sequence())));
    assertThat(inbox.append(event("evt_3"))).isEqualTo(Appended.STORED);
  }

  private static ReceivedEvent event(String id, String type, String objectId) {
    return new ReceivedEvent(
        new EventId(id),
        new EventType(type),
        objectId,
        "acct_1",
        NOW,
        ("{\"id\":\"" + id + "\",\"about\":\"" + objectId + "\"}").getBytes(UTF_8));
  }

  @Test
  void parksADifferentEventUnderAKnownId() throws Exception {
    assertThat(inbox.append(event("evt_1", "charge.failed", "ch_1"))).isEqualTo(Appended.STORED);
    assertThat(inbox.append(event("evt_1", "charge.failed", "ch_2")))
        .isEqualTo(Appended.conflict(new EventId("evt_1-2")));
    assertThat(inbox.append(event("evt_1", "payout.failed", "ch_1")))
        .isEqualTo(Appended.conflict(new EventId("evt_1-3")));
    assertThat(inbox.append(event("evt_1", "charge.failed", "ch_2"))).isEqualTo(Appended.DUPLICATE);
    assertThat(inbox.append(event("evt_1", "charge.failed", ""))).isEqualTo(Appended.DUPLICATE);
    assertThat(ids(claim())).containsExactly("evt_1");
    assertThat(inbox.counts().parked()).isEqualTo(2);

    assertThat(operator().retry("evt_1-3").outcome()).isEqualTo(Outcome.DONE);
    List<Claim> claims = inbox.claim(10, Duration.ofSeconds(10));
    assertThat(entry(claims.getFirst()).event())
        .usingRecursiveComparison()
        .isEqualTo(event("evt_1", "payout.failed", "ch_1").withId(new EventId("evt_1-3")));
    inbox.settle(List.of(new Settlement.Published(claims.getFirst().sequence())));
    reopen();
    assertThat(inbox.append(event("evt_1", "payout.failed", "ch_1"))).isEqualTo(Appended.DUPLICATE);
  }

  @Test
  void refusesAConflictWhenFull() throws Exception {
    inbox.close();
    inbox = open(1);
    assertThat(inbox.append(event("evt_1", "charge.failed", "ch_1"))).isEqualTo(Appended.STORED);
    assertThat(inbox.append(event("evt_1", "charge.failed", "ch_2"))).isEqualTo(Appended.FULL);
    assertThat(inbox.append(event("evt_1", "charge.failed", "ch_1"))).isEqualTo(Appended.DUPLICATE);
  }

  @Test
  void storesAtMostSixteenEventsOfAnId() throws Exception {
    for (int i = 1; i <= 16; i++) {
      assertThat(inbox.append(event("evt_1", "charge.failed", "ch_" + i)))
          .isEqualTo(i == 1 ? Appended.STORED : Appended.conflict(new EventId("evt_1-" + i)));
    }
    assertThat(inbox.append(event("evt_1", "charge.failed", "ch_17")))
        .isEqualTo(Appended.ID_EXHAUSTED);
    assertThat(inbox.append(event("evt_1", "charge.failed", "ch_16")))
        .isEqualTo(Appended.DUPLICATE);
  }

  /// Compares random events with a list of the known events of each id.
  @Test
  void distinguishesKnownEventsFromNewOnes() throws Exception {
    RandomGenerator random = Seed.random("distinguishesKnownEventsFromNewOnes");
    Map<String, List<KnownEvent>> known = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      String id = "evt_" + random.nextInt(3);
      String object = random.nextInt(4) == 0 ? "" : "ch_" + random.nextInt(6);
      ReceivedEvent event = event(id, "type." + random.nextInt(4), object);
      List<KnownEvent> ofThisId = known.computeIfAbsent(id, _ -> new ArrayList<>());
      boolean isKnown =
          ofThisId.stream()
              .anyMatch(each ->
                  each.type().equals(event.type().text())
                      && (each.objectId().isEmpty()
                          || object.isEmpty()
                          || each.objectId().equals(object)));
      Appended expected =
          isKnown
              ? Appended.DUPLICATE
              : ofThisId.isEmpty()
                  ? Appended.STORED
                  : ofThisId.size() == 16
                      ? Appended.ID_EXHAUSTED
                      : Appended.conflict(new EventId(id + "-" + (ofThisId.size() + 1)));
      assertThat(inbox.append(event)).as("%s among %s", event, ofThisId).isEqualTo(expected);
      if (expected.equals(Appended.STORED) || expected.furtherId().isPresent()) {
        ofThisId.add(new KnownEvent(event.type().text(), object));
      }
      if (random.nextInt(10) == 0) {
        for (Claim claim : inbox.claim(1, Duration.ZERO)) {
          inbox.settle(List.of(new Settlement.Published(claim.sequence())));
        }
      }
    }
  }

  @Test
  void letsTheNextOwnerClaimTheSameEntries() throws Exception {
    append("evt_1", "evt_2");
    claim();
    reopen();
    assertThat(ids(claim())).containsExactly("evt_1", "evt_2");
  }

  @Test
  void claimsARefusedEntryAtItsDate() throws Exception {
    append("evt_1", "evt_2");
    List<Claim> claims = claim();
    inbox.settle(
        List.of(
            new Settlement.Refused(
                claims.getFirst().sequence(), NOW.plusSeconds(10), "full", false),
            new Settlement.Published(claims.getLast().sequence())));

    assertThat(claim()).isEmpty();
    reopen();
    assertThat(claim()).isEmpty();
    now = NOW.plusSeconds(10);
    List<Claim> due = claim();
    assertThat(ids(due)).containsExactly("evt_1");
    assertThat(entry(due.getFirst()).refusals()).isEqualTo(1);
    assertThat(entry(due.getFirst()).permanentRefusals()).isZero();
    assertThat(claim()).isEmpty();
  }

  @Test
  void ignoresADateAfterTheClockWentBack() throws Exception {
    append("evt_1");
    inbox.settle(
        List.of(
            new Settlement.Refused(
                claim().getFirst().sequence(), NOW.plusSeconds(30), "full", false)));
    now = NOW.minusSeconds(3_600);
    reopen();

    assertThat(ids(claim())).containsExactly("evt_1");
    assertThat(claim()).isEmpty();
  }

  @Test
  void claimsReleasedEntriesAgainInOrder() throws Exception {
    append("evt_1", "evt_2", "evt_3");
    List<Claim> claims = claim();
    inbox.settle(
        List.of(
            new Settlement.Released(claims.getLast().sequence()),
            new Settlement.Released(claims.getFirst().sequence())));
    append("evt_4");

    List<Claim> again = claim();
    assertThat(ids(again)).containsExactly("evt_1", "evt_3", "evt_4");
    assertThat(entry(again.getFirst()).refusals()).isZero();
  }

  @Test
  void holdsEntriesBehindTheirTopic() throws Exception {
    append("evt_1", "evt_2", "evt_3");
    List<Claim> claims = claim();
    inbox.settle(
        List.of(
            new Settlement.Held(claims.get(2).sequence(), "a/b"),
            new Settlement.Held(claims.get(0).sequence(), "a/b"),
            new Settlement.Held(claims.get(1).sequence(), "a/c")));

    assertThat(claim()).isEmpty();
    reopen();
    assertThat(claim()).isEmpty();
    assertThat(inbox.heldBehind()).containsExactlyInAnyOrder("a/b", "a/c");
    List<Claim> held = inbox.claimHeld("a/b", 100);
    assertThat(ids(held)).containsExactly("evt_1", "evt_3");
    assertThat(inbox.claimHeld("a/b", 100)).isEmpty();
    inbox.settle(held.stream().map(claim -> new Settlement.Published(claim.sequence())).toList());
    assertThat(inbox.heldBehind()).containsExactly("a/c");
  }

  @Test
  void holdsARefusedEntryAndCountsTheRefusal() throws Exception {
    append("evt_1", "evt_2", "evt_3");
    List<Claim> claims = claim();
    inbox.settle(
        List.of(
            new Settlement.Held(claims.get(2).sequence(), "a/b\tcus_1"),
            new Settlement.RefusedAndHeld(claims.get(1).sequence(), "a/b\tcus_1", "full"),
            new Settlement.Held(claims.get(0).sequence(), "a/b")));

    assertThat(claim()).isEmpty();
    reopen();
    assertThat(claim()).isEmpty();
    assertThat(inbox.heldBehind()).containsExactlyInAnyOrder("a/b", "a/b\tcus_1");
    List<Claim> held = inbox.claimHeld("a/b\tcus_1", 100);
    assertThat(ids(held)).containsExactly("evt_2", "evt_3");
    assertThat(entry(held.getFirst()).refusals()).isEqualTo(1);
    assertThat(entry(held.getFirst()).permanentRefusals()).isZero();
    assertThat(entry(held.getLast()).refusals()).isZero();
  }

  @Test
  void makesRefusedEntriesDueForANewPublisher() throws Exception {
    append("evt_1", "evt_2", "evt_3");
    List<Claim> claims = claim();
    inbox.settle(
        List.of(
            new Settlement.Refused(claims.get(0).sequence(), NOW.plusSeconds(20), "full", false),
            new Settlement.Refused(claims.get(1).sequence(), NOW.plusSeconds(10), "large", true),
            new Settlement.Refused(claims.get(2).sequence(), NOW.plusSeconds(10), "full", false)));
    reopen();

    inbox.makeRefusedDue();
    assertThat(ids(claim())).containsExactly("evt_1", "evt_3");
    now = NOW.plusSeconds(10);
    assertThat(ids(claim())).containsExactly("evt_2");
  }

  @Test
  void holdsAReleasedEntryBehindItsTopicAgain() throws Exception {
    append("evt_1", "evt_2");
    inbox.settle(
        claim().stream().map(claim -> new Settlement.Held(claim.sequence(), "a/b")).toList());
    inbox.settle(
        inbox.claimHeld("a/b", 2).stream()
            .map(claim -> new Settlement.Released(claim.sequence()))
            .toList());

    assertThat(claim()).isEmpty();
    assertThat(inbox.heldBehind()).containsExactly("a/b");
    assertThat(ids(inbox.claimHeld("a/b", 2))).containsExactly("evt_1", "evt_2");
  }

  @Test
  void keepsAParkedEntryForAnOperator() throws Exception {
    append("evt_1");
    inbox.settle(
        List.of(
            new Settlement.Parked(claim().getFirst().sequence(), ParkReason.REFUSED, "too large")));

    assertThat(inbox.counts().parked()).isOne();
    assertThat(inbox.counts().waiting()).isZero();
    reopen();
    assertThat(inbox.counts().parked()).isOne();
    assertThat(claim()).isEmpty();
    assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
  }

  @Test
  void settlesOnlyClaimedEntries() throws Exception {
    append("evt_1");
    long sequence = claim().getFirst().sequence();
    inbox.settle(List.of(new Settlement.Released(sequence)));
    inbox.settle(List.of(new Settlement.Published(sequence)));
    assertThat(ids(claim())).containsExactly("evt_1");
  }

  @Test
  void countsWaitingEntries() throws Exception {
    append("evt_1", "evt_2");
    assertThat(inbox.counts()).isEqualTo(new InboxCounts(2, 0, Optional.of(NOW)));
  }

  @Test
  void losesAndRepeatsNothingWithManyWritersAndOneClaimer() throws Exception {
    int writers = 8;
    int each = 1_500;
    List<String> seen = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int w = 0; w < writers; w++) {
        String prefix = "evt_" + w + "_";
        Future<Object> _ =
            threads.submit(() -> {
              for (int i = 0; i < each; i++) {
                inbox.append(event(prefix + i));
              }
              return null;
            });
      }
      while (seen.size() < WAITING_MAX) {
        List<Claim> claims = inbox.claim(300, Duration.ofSeconds(30));
        assertThat(claims).as("after %d", seen.size()).isNotEmpty();
        seen.addAll(ids(claims));
        inbox.settle(
            claims.stream().map(claim -> new Settlement.Published(claim.sequence())).toList());
      }
    }
    assertThat(new HashSet<>(seen)).hasSameSizeAs(seen);
  }

  private RandomGenerator random(String test) {
    return Seed.random(getClass().getSimpleName() + ", " + test);
  }

  @Test
  void keepsMemos() throws Exception {
    assertThat(inbox.memo("one")).isEmpty();
    assertThat(inbox.replaceMemo("one", "", "first\nline é")).isTrue();
    assertThat(inbox.replaceMemo("other", "", "its own")).isTrue();
    reopen();
    assertThat(inbox.memo("one")).isEqualTo("first\nline é");
    assertThat(inbox.memo("other")).isEqualTo("its own");
  }

  @Test
  void replacesOnlyTheMemoThatWasRead() throws Exception {
    assertThat(inbox.replaceMemo("one", "never", "x")).isFalse();
    assertThat(inbox.memo("one")).isEmpty();
    assertThat(inbox.replaceMemo("one", "", "first")).isTrue();
    assertThat(inbox.replaceMemo("one", "", "second")).isFalse();
    assertThat(inbox.memo("one")).isEqualTo("first");
    assertThat(inbox.replaceMemo("one", "first", "second")).isTrue();
    assertThat(inbox.memo("one")).isEqualTo("second");
  }

  /// Each adds its own line to what it has read.
  @Test
  void losesNoReplacementOfAMemo() throws Exception {
    List<Callable<Integer>> writers = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      String name = "w" + writer;
      writers.add(() -> {
        for (int i = 0; i < 20; i++) {
          String before = inbox.memo("one");
          while (!inbox.replaceMemo("one", before, before + name + i + "\n")) {
            before = inbox.memo("one");
          }
        }
        return 20;
      });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Integer> done : threads.invokeAll(writers)) {
        assertThat(done.get()).isEqualTo(20);
      }
    }
    assertThat(inbox.memo("one").lines()).hasSize(80).doesNotHaveDuplicates();
  }

  @Test
  void claimsEachEntryOnceWhileOthersAreStored() throws Exception {
    RandomGenerator random = random("while others are stored");
    for (int round = 0; round < Seed.rounds(20); round++) {
      // Right after opening, entries are claimed from the store, not from the heap.
      reopen();
      int callers = random.nextInt(3, 23);
      new ConcurrentUse(inbox, "evt_" + round + "_", random)
          .publishAll(callers, 1 + random.nextInt(3), 1 + random.nextInt(2), 300);
    }
  }

  @Test
  void claimsEachEntryOnceAfterABacklog() throws Exception {
    RandomGenerator random = random("after a backlog");
    for (int round = 0; round < Seed.rounds(10); round++) {
      List<String> backlog = new ArrayList<>();
      for (int i = random.nextInt(1, 20); i > 0; i--) {
        backlog.add("evt_backlog_" + round + "_" + i);
      }
      append(backlog.toArray(String[]::new));
      reopen();
      new ConcurrentUse(inbox, "evt_" + round + "_", random)
          .after(backlog)
          .publishAll(random.nextInt(3, 23), random.nextInt(1, 8), 1, random.nextInt(1, 8));
    }
  }

  @Test
  void claimsEachEntryOnceAfterMoreThanTheHeapKeeps() throws Exception {
    RandomGenerator random = random("after many");
    for (int round = 0; round < Seed.rounds(1); round++) {
      ConcurrentUse use = new ConcurrentUse(inbox, "evt_" + round + "_", random);
      use.appendBacklog(64, 65, InboxContract::event);
      use.publishAll(random.nextInt(3, 23), 20, 1, 500);
    }
  }

  @Test
  void claimsEachEntryOnceAfterMoreBytesThanTheHeapKeeps() throws Exception {
    RandomGenerator random = random("after much");
    byte[] body = new byte[1 << 20];
    for (int round = 0; round < Seed.rounds(1); round++) {
      ConcurrentUse use = new ConcurrentUse(inbox, "evt_" + round + "_", random);
      use.appendBacklog(
          11,
          3,
          id ->
              new ReceivedEvent(
                  new EventId(id), new EventType("payout.failed"), "acct_1", NOW, body));
      use.publishAll(random.nextInt(3, 23), 20, 1, 10);
    }
  }

  @Test
  void claimsEachEntryOnceWhileOperatorsInterfere() throws Exception {
    RandomGenerator random = random("while operators interfere");
    for (int round = 0; round < Seed.rounds(2); round++) {
      now = NOW;
      reopen();
      new ConcurrentUse(inbox, "evt_" + round + "_", random)
          .interfere(4, 15, 4, 5, this::operator, () -> now = NOW.plusSeconds(60));
    }
  }
}
