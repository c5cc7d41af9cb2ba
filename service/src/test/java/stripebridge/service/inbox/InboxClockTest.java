package stripebridge.service.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.inbox.Settlement;
import stripebridge.core.testing.InboxContract;

class InboxClockTest {
  private static final Instant NOW = InboxContract.NOW;

  @TempDir Path folder;

  @Test
  void staysSteadyWhenTheWallClockIsSetBack() {
    AtomicReference<Instant> wall = new AtomicReference<>(NOW);
    InboxClock clock = InboxClock.startingNow(wall::get);
    Instant before = clock.steady().instant();

    wall.set(NOW.minus(Duration.ofHours(1)));

    assertThat(before).isAfterOrEqualTo(NOW);
    assertThat(clock.steady().instant()).isAfterOrEqualTo(before);
    assertThat(clock.wall().instant()).isEqualTo(NOW.minus(Duration.ofHours(1)));
  }

  /// A refused entry holds its topic until its date: by the wall clock, that would take an hour
  /// more.
  @Test
  void keepsDatesWhenTheWallClockIsSetBack() throws Exception {
    AtomicReference<Instant> wall = new AtomicReference<>(NOW);
    AtomicReference<Instant> steady = new AtomicReference<>(NOW);
    InstantSource steadyClock = steady::get;
    try (SqliteInbox inbox =
        SqliteInbox.open(
            folder.resolve("inbox.db"),
            new InboxClock(wall::get, steadyClock),
            10,
            Duration.ofHours(1))) {
      inbox.append(InboxContract.event("evt_1"));
      long sequence = inbox.claim(1, Duration.ZERO).getFirst().sequence();
      inbox.settle(
          List.of(new Settlement.Refused(sequence, NOW.plusSeconds(10), "SPOOL_FULL", false)));

      wall.set(NOW.minus(Duration.ofHours(1)));
      assertThat(inbox.claim(1, Duration.ZERO)).isEmpty();
      steady.set(NOW.plusSeconds(10));
      assertThat(InboxContract.ids(inbox.claim(1, Duration.ZERO))).containsExactly("evt_1");
    }
  }
}
