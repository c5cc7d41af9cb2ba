package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// What every inbox promises.
public abstract class InboxContract {
  protected static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");
  protected static final int WAITING_MAX = 10_000;
  protected static final Duration ID_MEMORY = Duration.ofHours(1);

  protected Inbox inbox;
  protected volatile Instant now = NOW;

  /// Opens the inbox, or opens it again with what it held.
  ///
  /// @param waitingMax as in the settings
  protected abstract Inbox open(int waitingMax) throws Exception;

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

  protected static ReceivedEvent event(String id) {
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

  protected static List<String> ids(List<Claim> claims) {
    return claims.stream().map(claim -> entry(claim).event().id().text()).toList();
  }

  protected static InboxEntry entry(Claim claim) {
    return ((Claim.Intact) claim).entry();
  }

  @Test
  void givesBackWhatItWasGivenInOrder() throws Exception {
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
  void claimsNoMoreThanIsAskedFor() throws Exception {
    append("evt_1", "evt_2", "evt_3");
    assertThat(ids(inbox.claim(2, Duration.ZERO))).containsExactly("evt_1", "evt_2");
    assertThat(ids(inbox.claim(2, Duration.ZERO))).containsExactly("evt_3");
  }

  @Test
  void wakesWhoWaitsForAnEntry() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<List<Claim>> waiting = threads.submit(() -> inbox.claim(1, Duration.ofMinutes(1)));
      append("evt_1");
      assertThat(ids(waiting.get())).containsExactly("evt_1");
    }
  }

  @Test
  void keepsAnIdOnce() throws Exception {
    append("evt_1");
    assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    claim();
    assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    assertThat(claim()).isEmpty();
  }

  @Test
  void storesOneOfManyAtOnce() throws Exception {
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
  void takesNothingMoreWhenFullButKnowsItsOwn() throws Exception {
    inbox.close();
    inbox = open(2);
    append("evt_1", "evt_2");

    assertThat(inbox.append(event("evt_3"))).isEqualTo(Appended.FULL);
    assertThat(inbox.append(event("evt_1"))).isEqualTo(Appended.DUPLICATE);
    inbox.settle(List.of(new Settlement.Published(claim().getFirst().sequence())));
    assertThat(inbox.append(event("evt_3"))).isEqualTo(Appended.STORED);
  }

  @Test
  void givesWhatWasClaimedToTheNextOwner() throws Exception {
    append("evt_1", "evt_2");
    claim();
    reopen();
    assertThat(ids(claim())).containsExactly("evt_1", "evt_2");
  }

  @Test
  void letsARefusedEntryWaitForItsDate() throws Exception {
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
  void givesBackWhatWasReleased() throws Exception {
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
    assertThat(inbox.heldTopics()).containsExactlyInAnyOrder("a/b", "a/c");
    List<Claim> held = inbox.claimHeld("a/b", 100);
    assertThat(ids(held)).containsExactly("evt_1", "evt_3");
    assertThat(inbox.claimHeld("a/b", 100)).isEmpty();
    inbox.settle(held.stream().map(claim -> new Settlement.Published(claim.sequence())).toList());
    assertThat(inbox.heldTopics()).containsExactly("a/c");
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
  void settlesNothingThatIsNotClaimed() throws Exception {
    append("evt_1");
    long sequence = claim().getFirst().sequence();
    inbox.settle(List.of(new Settlement.Released(sequence)));
    inbox.settle(List.of(new Settlement.Published(sequence)));
    assertThat(ids(claim())).containsExactly("evt_1");
  }

  @Test
  void countsWhatWaits() throws Exception {
    append("evt_1", "evt_2");
    assertThat(inbox.counts()).isEqualTo(new InboxCounts(2, 0, Optional.of(NOW)));
  }

  @Test
  void losesAndRepeatsNothingBetweenManyWritersAndOneClaimer() throws Exception {
    int writers = 8;
    int each = 1_500;
    List<String> seen = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int w = 0; w < writers; w++) {
        String prefix = "evt_" + w + "_";
        var _ =
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
}
