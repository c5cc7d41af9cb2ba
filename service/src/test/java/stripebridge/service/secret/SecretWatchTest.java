package stripebridge.service.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.LogSettings;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;
import stripebridge.core.config.Secret;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.secret.SecretLedger;
import stripebridge.core.secret.SecretStatus;
import stripebridge.core.testing.Eventually;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.SqliteInbox;
import stripebridge.service.telemetry.ServiceLog;

class SecretWatchTest {
  private static final EndpointSecret OLD = new EndpointSecret("old", new Secret("whsec_old"));
  private static final EndpointSecret NEW = new EndpointSecret("new", new Secret("whsec_new"));

  @TempDir Path folder;
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private volatile Instant now = Instant.parse("2026-09-01T08:00:00Z");
  private ServiceLog log;
  private Inbox inbox;
  private final List<SecretWatch> watches = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    log = new ServiceLog(new LogSettings(LogLevel.INFO, LogFormat.JSON), logged, () -> now);
    inbox =
        SqliteInbox.open(
            folder.resolve("inbox.db"), InboxClock.of(() -> now), 1_000, Duration.ofHours(1));
  }

  @AfterEach
  void close() {
    watches.forEach(SecretWatch::close);
    inbox.close();
    log.close();
  }

  private SecretWatch watch(Inbox used, String replica, EndpointSecret... secrets) {
    SecretWatch watch =
        SecretWatch.of(
            new SecretWatch.Parts(used, replica, () -> now, log, SecretWatchTest::key),
            List.of(secrets));
    watch.start();
    watches.add(watch);
    return watch;
  }

  // Another key each time: only one of them may be used.
  private static final AtomicInteger KEYS = new AtomicInteger();

  private static byte[] key(int length) {
    byte[] key = new byte[length];
    key[0] = (byte) KEYS.incrementAndGet();
    return key;
  }

  private void await(Callable<Boolean> condition) {
    Eventually.until(
        () -> {
          try {
            return condition.call();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        },
        () -> "logged: " + logged.toString(UTF_8));
  }

  private SecretLedger ledger() throws InboxException {
    return SecretLedger.parse(inbox.memo(SecretWatch.MEMO))
        .orElseGet(() -> SecretLedger.empty(byte[]::new));
  }

  private SecretStatus status() throws InboxException {
    return ledger().status(now, Optional.empty());
  }

  private Map<String, List<String>> replicasByLabel() throws InboxException {
    Map<String, List<String>> found = new TreeMap<>();
    status().secrets().forEach(row -> found.put(row.label(), row.replicas()));
    return found;
  }

  @Test
  void reportsAtOnceAndWhenTheSecretsChange() throws Exception {
    SecretWatch watch = watch(inbox, "a", OLD);
    await(() -> replicasByLabel().equals(Map.of("old", List.of("a"))));
    now = now.plusSeconds(5);
    watch.use(List.of(OLD, NEW));
    await(() -> replicasByLabel().equals(Map.of("old", List.of("a"), "new", List.of("a"))));
    await(() -> watch.ages().size() == 2);
    assertThat(watch.ages()).isEqualTo(Map.of("old", Duration.ofSeconds(5), "new", Duration.ZERO));
  }

  @Test
  void logsTheFirstSightOfASecretOnce() throws Exception {
    watch(inbox, "a", OLD);
    watch(inbox, "b", OLD);
    await(() -> replicasByLabel().equals(Map.of("old", List.of("a", "b"))));
    String fingerprint = status().secrets().getFirst().fingerprint();
    log.close();
    assertThat(logged.toString(UTF_8))
        .containsOnlyOnce("\"msg\":\"secret_first_seen\"")
        .contains("\"label\":\"old\",\"fingerprint\":\"" + fingerprint + "\"")
        .doesNotContain("whsec");
  }

  @Test
  void reportsTheLastUseOfASecretThatGoes() throws Exception {
    SecretWatch watch = watch(inbox, "a", OLD, NEW);
    await(() -> status().secrets().size() == 2);
    Instant used = now.plusSeconds(1);
    watch.uses().verified(List.of(OLD), used);
    watch.use(List.of(NEW));
    await(() -> status().secrets().size() == 1);
    watch.use(List.of(OLD, NEW));
    await(() -> status().secrets().size() == 2);
    assertThat(status().secrets())
        .filteredOn(row -> row.label().equals("old"))
        .extracting(SecretStatus.Row::lastUsed)
        .containsExactly(Optional.of(used));
  }

  @Test
  void leavesTheRecordOfALaterReleaseAndSaysWhenItBeginsAnew() throws Exception {
    assertThat(inbox.replaceMemo(SecretWatch.MEMO, "", "secrets-2 later\n")).isTrue();
    watch(inbox, "a", OLD);
    await(() -> logged.toString(UTF_8).contains("a bridge of a later release records them"));
    assertThat(inbox.memo(SecretWatch.MEMO)).isEqualTo("secrets-2 later\n");

    assertThat(inbox.replaceMemo(SecretWatch.MEMO, "secrets-2 later\n", "secrets-1 x\n")).isTrue();
    watch(inbox, "b", OLD);
    await(() -> replicasByLabel().equals(Map.of("old", List.of("b"))));
    await(() -> logged.toString(UTF_8).contains("is damaged; their ages begin again"));
  }

  @Test
  void reportsTheLastUseWhenItEnds() throws Exception {
    SecretWatch watch = watch(inbox, "a", OLD, NEW);
    await(() -> status().secrets().size() == 2);
    Instant used = now.plusSeconds(1);
    watch.uses().verified(List.of(NEW), used);
    // A reload makes other objects of the same secrets.
    watch
        .uses()
        .use(
            List.of(
                new EndpointSecret("old", new Secret("whsec_old")),
                new EndpointSecret("new", new Secret("whsec_new"))));
    watch.close();
    assertThat(status().replicas()).isEmpty();
    assertThat(status().secrets().stream().map(SecretStatus.Row::lastUsed))
        .containsExactly(Optional.of(used), Optional.empty());
  }

  /// Many replicas start on an empty inbox at once.
  @Test
  void agreesOnOneKey() throws Exception {
    for (int i = 0; i < 8; i++) {
      watch(inbox, "r" + i, OLD);
    }
    await(() -> status().replicas().size() == 8);
    assertThat(status().secrets()).hasSize(1);
    assertThat(status().secrets().getFirst().replicas()).hasSize(8);
  }

  @Test
  void triesAgainWhenTheInboxIsAway() throws Exception {
    AtomicInteger failures = new AtomicInteger(2);
    Inbox away =
        (Inbox)
            Proxy.newProxyInstance(
                Inbox.class.getClassLoader(),
                new Class<?>[] {Inbox.class},
                (_, method, args) -> {
                  if (method.getName().equals("memo") && failures.getAndDecrement() > 0) {
                    throw new InboxException.Unavailable("away for a moment", null);
                  }
                  return method.invoke(inbox, args);
                });
    SecretWatch watch = watch(away, "a", OLD);
    await(() -> failures.get() < 2);
    assertThat(watch.ages()).isEmpty();
    watch.use(List.of(OLD, NEW));
    await(() -> failures.get() < 1);
    watch.use(List.of(OLD, NEW));
    await(() -> watch.ages().keySet().equals(Set.of("old", "new")));
    log.close();
    assertThat(logged.toString(UTF_8))
        .containsOnlyOnce("\"msg\":\"secrets_not_recorded\"")
        .contains("\"cause\":\"away for a moment\"");
  }
}
