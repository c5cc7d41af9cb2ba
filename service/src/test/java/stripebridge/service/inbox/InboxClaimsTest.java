package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.EntryState;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;

/// Cases that the simulation meets once in a hundred thousand rounds.
class InboxClaimsTest {
  private final InboxClaims claims = new InboxClaims(0, 0, 0, 10);

  @Test
  void keepsTheOrderAroundAnEntryThatWasParkedFirstAndIsFreeNow() {
    claims.appended(entry(1));
    claims.appendedParked(2);
    claims.appended(entry(3));
    claims.changed(List.of(new OperatorRequests.Changed(2, EntryState.PARKED, EntryState.WAITING)));
    List<Long> due = claims.claimFound(List.of(2L), 10);
    claims.settled(claims.beginSettling(due.stream().map(Settlement.Released::new).toList()));

    InboxClaims.Fresh first = claims.nextFresh(10);
    InboxClaims.Fresh next = claims.nextFresh(10);

    assertThat(first)
        .isInstanceOfSatisfying(
            InboxClaims.Fresh.Recent.class,
            recent ->
                assertThat(recent.entries()).extracting(InboxEntry::sequence).containsOnly(1L));
    assertThat(next).isEqualTo(new InboxClaims.Fresh.Stored(1, 3, 0));
  }

  @Test
  void countsTheCommitsThatMayGiveAnEntryADate() {
    List<Long> counts = new ArrayList<>();
    for (long sequence = 1; sequence <= 3; sequence++) {
      claims.appended(entry(sequence));
    }
    InboxClaims.Fresh _ = claims.nextFresh(10);
    settle(new Settlement.Published(1));
    counts.add(claims.dateChanges());
    settle(new Settlement.Refused(2, Instant.EPOCH, "no", false));
    counts.add(claims.dateChanges());
    settle(new Settlement.Held(3, "a"));
    counts.add(claims.dateChanges());
    claims.changed(List.of());
    counts.add(claims.dateChanges());
    claims.repaired(List.of(), List.of(), 0, 0);
    counts.add(claims.dateChanges());

    assertThat(counts).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  private void settle(Settlement settlement) {
    claims.settled(claims.beginSettling(List.of(settlement)));
  }

  private static InboxEntry entry(long sequence) {
    return new InboxEntry(
        sequence,
        new ReceivedEvent(
            new EventId("evt_" + sequence),
            new EventType("payout.failed"),
            "acct_1",
            Instant.EPOCH,
            "{}".getBytes(UTF_8)),
        0,
        0);
  }
}
