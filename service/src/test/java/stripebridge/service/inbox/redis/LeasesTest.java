package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.InboxEntry;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.testing.Eventually;

/// The renewing thread, with a scripted Redis.
class LeasesTest {
  private static final Duration LEASE = Duration.ofMillis(30);
  private static final Claim CLAIM =
      new Claim.Intact(
          new InboxEntry(
              1,
              new ReceivedEvent(
                  new EventId("evt_1"),
                  new EventType("payout.failed"),
                  "acct_1",
                  Instant.EPOCH,
                  "{}".getBytes(UTF_8)),
              0,
              0));

  private static Leases leases(Supplier<Set<Long>> renewal) {
    return new Leases(
        new Leases.Commands() {
          @Override
          public void join() {}

          @Override
          public Set<Long> renew(List<String> topics, List<Long> sequences) {
            return renewal.get();
          }

          @Override
          public void recover() {}

          @Override
          public void leave() {}
        },
        LEASE);
  }

  @Test
  void reportWhyTheThreadDiedAndRefuseNewClaims() {
    Error error = new LinkageError("no such class");
    Leases leases =
        leases(() -> {
          throw error;
        });
    leases.start();
    try {
      Eventually.until(() -> leases.failure().isPresent(), leases::failure);
      assertThat(leases.failure()).containsSame(error);
      assertThatThrownBy(leases::requireRenewal)
          .isInstanceOf(InboxException.Unavailable.class)
          .hasMessageContaining("the thread that renews leases has died of")
          .hasCause(error);
    } finally {
      leases.stop();
    }
  }

  @Test
  void surviveAFailedRenewal() throws Exception {
    CountDownLatch tries = new CountDownLatch(3);
    Leases leases =
        leases(() -> {
          tries.countDown();
          throw new IllegalStateException("no answer");
        });
    leases.start();
    try {
      assertThat(tries.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(leases.failure()).isEmpty();
      leases.requireRenewal();
    } finally {
      leases.stop();
    }
  }

  @Test
  void keepAnEntryThatWasClaimedAgainDuringARenewal() throws Exception {
    CountDownLatch renewals = new CountDownLatch(2);
    Leases[] leases = new Leases[1];
    leases[0] =
        leases(() -> {
          if (renewals.getCount() == 2) {
            // For Redis the entry was given back. Meanwhile it is claimed again.
            leases[0].remove(Objects.requireNonNull(leases[0].find(1)));
            leases[0].add(CLAIM);
            renewals.countDown();
            return Set.of(1L);
          }
          renewals.countDown();
          return Set.of();
        });
    leases[0].add(CLAIM);
    leases[0].start();
    try {
      assertThat(renewals.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(leases[0].sequences()).containsExactly(1L);
    } finally {
      leases[0].stop();
    }
  }
}
