package stripebridge.service.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.LogSettings;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;
import stripebridge.core.config.Secret;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.InboxFaults;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.relay.RelayStatus;
import stripebridge.service.inbox.InboxClock;

class MetricsTest {
  private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");
  private static final Instant STEADY = NOW.minus(Duration.ofHours(7));

  private final ServiceLog log =
      new ServiceLog(
          new LogSettings(LogLevel.INFO, LogFormat.JSON),
          OutputStream.nullOutputStream(),
          InstantSource.system());
  private final AtomicInteger reads = new AtomicInteger();
  private boolean isAway;
  private Instant lastTurn = STEADY;

  @AfterEach
  void close() {
    log.close();
  }

  private Inbox inbox() {
    return (Inbox)
        Proxy.newProxyInstance(
            Inbox.class.getClassLoader(),
            new Class<?>[] {Inbox.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "counts" -> counts();
                  case "faults" -> InboxFaults.NONE;
                  case "diskFreeBytes", "diskSizeBytes" -> OptionalLong.empty();
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private InboxCounts counts() throws InboxException {
    reads.incrementAndGet();
    if (isAway) {
      throw new InboxException.Unavailable("told so", null);
    }
    return new InboxCounts(3, 2, Optional.of(NOW.minusSeconds(5)));
  }

  private Metrics metrics() {
    Metrics metrics = new Metrics(new RoutingTable(List.of(), Unlisted.UNROUTABLE));
    metrics.watch(
        new Metrics.Watched(
            "1.2.3",
            inbox(),
            Duration.ofDays(4),
            () -> new RelayStatus(true, false, false, 7, List.of(), lastTurn, Optional.empty()),
            log,
            () -> Map.of("live", Duration.ofDays(2)),
            () -> Optional.of(NOW),
            new InboxClock(() -> NOW, () -> STEADY)));
    return metrics;
  }

  private static String text(Metrics metrics) {
    return new String(metrics.page("").text(), UTF_8);
  }

  /// Each count is a query, and the numbers of a page belong together.
  @Test
  void readsTheCountsOnceForEachPage() {
    Metrics metrics = metrics();
    assertThat(text(metrics).lines())
        .contains("async_queue_size 3.0", "inbox_parked 2.0", "inbox_oldest_waiting_seconds 5.0");
    assertThat(reads).hasValue(1);
  }

  @Test
  void showsNoCountThatItCannotKnow() {
    Metrics metrics = metrics();
    isAway = true;
    assertThat(text(metrics))
        .doesNotContain("async_queue_size", "inbox_parked", "inbox_oldest_waiting", "inbox_disk")
        .contains("\ntopics_held 7.0");
  }

  @Test
  void showsWhenTheCertificateEnds() {
    assertThat(text(metrics()))
        .contains("\ntls_certificate_expiry_timestamp_seconds 1.7829072E9\n");
  }

  /// A roll is seen only if the new secret counts from 0.
  @Test
  void countsEachSecretFromTheBeginning() {
    Metrics metrics = metrics();
    metrics.beginSecrets(
        List.of(
            new EndpointSecret("old", new Secret("whsec_old")),
            new EndpointSecret("new", new Secret("whsec_new")),
            new EndpointSecret(null, new Secret("whsec_other"))));
    assertThat(text(metrics).lines())
        .contains(
            "stripe_webhook_signatures_total{label=\"old\"} 0.0",
            "stripe_webhook_signatures_total{label=\"new\"} 0.0",
            "stripe_webhook_signatures_total{label=\"unlabelled\"} 0.0");
  }

  @Test
  void showsHowOldTheSecretsAre() {
    assertThat(text(metrics()))
        .contains("\nstripe_webhook_secret_age_seconds{label=\"live\"} 172800.0");
  }

  /// Before the first one, the time is unknown: 0 would be a silence of decades.
  @Test
  void showsWhenTheLastGenuineWebhookCame() {
    Metrics metrics = metrics();
    assertThat(text(metrics)).doesNotContain("last_verified");
    metrics.verified(List.of(), NOW.minusSeconds(1));
    metrics.verified(List.of(), NOW);
    assertThat(text(metrics))
        .contains("\nstripe_webhooks_last_verified_timestamp_seconds 1.7829072E9\n");
  }

  /// The relay's turns are dates of the steady clock: a wall clock that is set changes nothing.
  @Test
  void showsWhetherTheRelayWorks() {
    lastTurn = STEADY.minusSeconds(30);
    assertThat(text(metrics())).contains("\nrelay_alive 1.0\n");
    lastTurn = STEADY.minusSeconds(31);
    assertThat(text(metrics())).contains("\nrelay_alive 0.0\n");
  }

  @Test
  void showsHowLongIdsAreRemembered() {
    assertThat(text(metrics())).contains("\ninbox_id_memory_seconds 345600.0\n");
  }
}
