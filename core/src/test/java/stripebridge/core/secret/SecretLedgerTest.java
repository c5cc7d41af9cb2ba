package stripebridge.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.Secret;

class SecretLedgerTest {
  private static final Instant START = Instant.parse("2026-09-01T08:00:00Z");
  private static final Optional<Duration> AGE_MAX = Optional.of(Duration.ofDays(90));
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final SecretLedger EMPTY = SecretLedger.empty(byte[]::new);

  private static ConfiguredSecret secret(String fingerprint) {
    return new ConfiguredSecret(fingerprint, "live", Optional.empty(), Optional.empty());
  }

  private static ConfiguredSecret used(String fingerprint, Instant at) {
    return new ConfiguredSecret(fingerprint, "live", Optional.empty(), Optional.of(at));
  }

  private static SecretLedger reported(
      SecretLedger ledger, String replica, Instant at, ConfiguredSecret... secrets) {
    return ledger.after(replica, at, false, List.of(secrets));
  }

  /// Reports of one replica, an hour apart, so that it was never away for long.
  private static SecretLedger hourly(
      SecretLedger before, Instant from, Duration length, ConfiguredSecret... secrets) {
    SecretLedger ledger = before;
    for (Duration at = Duration.ZERO; at.compareTo(length) <= 0; at = at.plusHours(1)) {
      ledger = reported(ledger, "a", from.plus(at), secrets);
    }
    return ledger;
  }

  private static Set<SecretFinding> findings(SecretLedger ledger, Instant now, String fingerprint) {
    return ledger.status(now, AGE_MAX).secrets().stream()
        .filter(row -> row.fingerprint().equals(fingerprint))
        .findFirst()
        .orElseThrow()
        .findings();
  }

  @Test
  void namesASecretWithoutTellingIt() {
    Secret secret = new Secret("whsec_1");
    SecretLedger other =
        SecretLedger.empty(length -> {
          byte[] key = new byte[length];
          key[0] = 1;
          return key;
        });
    assertThat(EMPTY.fingerprint(secret)).matches("[0-9a-f]{8}");
    assertThat(EMPTY.fingerprint(new Secret("whsec_1"))).isEqualTo(EMPTY.fingerprint(secret));
    assertThat(EMPTY.fingerprint(new Secret("whsec_2"))).isNotEqualTo(EMPTY.fingerprint(secret));
    assertThat(other.fingerprint(secret)).isNotEqualTo(EMPTY.fingerprint(secret));
  }

  /// As in an emergency: the old secret is configured once more, and Stripe may sign with it.
  @Test
  void doesNotCallASecretUnusedThatHasJustComeBack() {
    SecretLedger ledger = reported(EMPTY, "a", START, used("00000001", START));
    Instant later = START.plus(Duration.ofDays(10));
    ledger = hourly(ledger, START, Duration.ofDays(10), used("00000002", later));
    ledger = reported(ledger, "a", later.plus(MINUTE), secret("00000001"), used("00000002", later));
    assertThat(findings(ledger, later.plus(MINUTE), "00000001")).isEmpty();
  }

  /// The key and its use must never change: all fingerprints would.
  @Test
  void namesItAsItAlwaysHas() {
    assertThat(EMPTY.fingerprint(new Secret("whsec_1"))).isEqualTo("23168f76");
  }

  @Test
  void keepsTheFirstSightAndTheLastUse() {
    SecretLedger ledger = reported(EMPTY, "a", START, secret("00000001"));
    ledger = reported(ledger, "b", START.plus(MINUTE), used("00000001", START.plusSeconds(30)));
    ledger = reported(ledger, "a", START.plus(MINUTE), used("00000001", START.plusSeconds(10)));
    assertThat(ledger.status(START.plus(MINUTE), AGE_MAX))
        .isEqualTo(
            new SecretStatus(
                START.plus(MINUTE),
                List.of("a", "b"),
                List.of(
                    new SecretStatus.Row(
                        "live",
                        "00000001",
                        START,
                        Optional.empty(),
                        MINUTE,
                        Optional.of(START.plusSeconds(30)),
                        List.of("a", "b"),
                        Set.of(SecretFinding.ONLY_ONE)))));
  }

  @Test
  void knowsASecretThatComesBack() {
    SecretLedger ledger = reported(EMPTY, "a", START, secret("00000001"));
    ledger = reported(ledger, "a", START.plus(MINUTE), secret("00000002"));
    assertThat(ledger.status(START.plus(MINUTE), AGE_MAX).secrets()).hasSize(1);
    ledger = reported(ledger, "a", START.plus(MINUTE), secret("00000001"));
    assertThat(ledger.status(START.plus(MINUTE), AGE_MAX).secrets().getFirst().firstSeen())
        .isEqualTo(START);
  }

  @Test
  void takesTheOperatorsDateForTheAge() {
    LocalDate day = LocalDate.parse("2026-06-01");
    SecretLedger ledger =
        reported(
            EMPTY,
            "a",
            START,
            new ConfiguredSecret("00000001", "live", Optional.of(day), Optional.empty()));
    SecretStatus.Row row = ledger.status(START, AGE_MAX).secrets().getFirst();
    assertThat(row.age()).isEqualTo(Duration.ofDays(92).plusHours(8));
    assertThat(row.firstSeen()).isEqualTo(START);
    assertThat(row.findings()).contains(SecretFinding.OLD);
    assertThat(
            reported(ledger, "a", START.plus(MINUTE), secret("00000001"))
                .status(START.plus(MINUTE), AGE_MAX)
                .secrets()
                .getFirst()
                .since())
        .isEmpty();
  }

  @Test
  void isOldAboveTheLimitOnly() {
    Instant limit = START.plus(Duration.ofDays(90));
    SecretLedger ledger =
        reported(reported(EMPTY, "a", START, secret("00000001")), "a", limit, secret("00000001"));
    assertThat(findings(ledger, limit, "00000001")).doesNotContain(SecretFinding.OLD);
    assertThat(findings(ledger, limit.plusMillis(1), "00000001")).contains(SecretFinding.OLD);
    assertThat(
            ledger.status(limit.plusSeconds(1), Optional.empty()).secrets().getFirst().findings())
        .doesNotContain(SecretFinding.OLD);
  }

  @Test
  void isUnusedAfterTwoDaysInWhichAnotherWasUsed() {
    Instant used = START.plusSeconds(60);
    SecretLedger ledger =
        hourly(EMPTY, START, Duration.ofDays(2), used("00000001", used), secret("00000002"));
    Instant end = used.plus(SecretLedger.UNUSED_MIN);
    ledger =
        reported(ledger, "a", end, used("00000001", used), used("00000002", end.minus(MINUTE)));
    assertThat(findings(ledger, end.minusMillis(1), "00000001")).isEmpty();
    assertThat(findings(ledger, end, "00000001")).containsExactly(SecretFinding.UNUSED);
    assertThat(findings(ledger, end, "00000002")).isEmpty();
  }

  /// Nothing came at all: that says nothing about a secret.
  @Test
  void isNotUnusedWhileNoOtherIsUsed() {
    Instant used = START.plusSeconds(60);
    ConfiguredSecret[] both = {used("00000001", used), used("00000002", used)};
    SecretLedger ledger = hourly(EMPTY, START, Duration.ofDays(5), both);
    assertThat(findings(ledger, START.plus(Duration.ofDays(5)), "00000001")).isEmpty();
  }

  /// While no bridge ran, no secret could be used.
  @Test
  void isNotUnusedForTheTimeInWhichNoReplicaRan() {
    Instant used = START.plusSeconds(60);
    Instant back = START.plus(Duration.ofDays(4));
    SecretLedger ledger =
        hourly(EMPTY, START, Duration.ofHours(2), used("00000001", used), secret("00000002"));
    ConfiguredSecret[] both = {used("00000001", used), used("00000002", back)};
    ledger = hourly(ledger, back, Duration.ofHours(47), both);
    assertThat(findings(ledger, back.plus(Duration.ofHours(47)), "00000001")).isEmpty();
    Instant end = back.plus(Duration.ofDays(2));
    ledger = reported(ledger, "a", end, used("00000001", used), used("00000002", end));
    assertThat(findings(ledger, end, "00000001")).containsExactly(SecretFinding.UNUSED);
  }

  @Test
  void saysWhichReplicasHaveASecret() {
    SecretLedger ledger = reported(EMPTY, "a", START, secret("00000001"), secret("00000002"));
    ledger = reported(ledger, "b", START, secret("00000001"));
    SecretStatus status = ledger.status(START, AGE_MAX);
    assertThat(status.replicas()).containsExactly("a", "b");
    assertThat(status.secrets().stream().map(SecretStatus.Row::replicas))
        .containsExactly(List.of("a", "b"), List.of("a"));
  }

  @Test
  void forgetsAReplicaThatIsSilentOrStopped() {
    SecretLedger ledger = reported(EMPTY, "a", START, secret("00000001"));
    ledger = reported(ledger, "b", START.plus(MINUTE), secret("00000001"));
    Instant end = START.plus(SecretLedger.REPORT_LIFE);
    assertThat(ledger.status(end, AGE_MAX).replicas()).containsExactly("a", "b");
    assertThat(ledger.status(end.plusMillis(1), AGE_MAX).replicas()).containsExactly("b");
    SecretLedger stopped = ledger.after("a", START.plus(MINUTE), true, List.of(secret("00000001")));
    assertThat(stopped.status(START.plus(MINUTE), AGE_MAX).replicas()).containsExactly("b");
  }

  @Test
  void showsTheLastSecretsWhenNoReplicaRuns() {
    SecretLedger ledger = reported(EMPTY, "a", START, secret("00000001"), secret("00000002"));
    Instant end = START.plus(MINUTE);
    ledger = ledger.after("a", end, true, List.of(used("00000002", end)));
    SecretStatus status = ledger.status(START.plus(Duration.ofDays(7)), AGE_MAX);
    assertThat(status.at()).isEqualTo(end);
    assertThat(status.replicas()).isEmpty();
    assertThat(status.secrets().stream().map(SecretStatus.Row::fingerprint))
        .containsExactly("00000002");
    assertThat(status.secrets().getFirst().age()).isEqualTo(Duration.ofDays(7));
  }

  /// Its clock is wrong, and its report would never end.
  @Test
  void countsNoReportFromTheFuture() {
    SecretLedger ledger = reported(EMPTY, "a", START.plus(Duration.ofDays(1)), secret("00000001"));
    assertThat(ledger.status(START, AGE_MAX).replicas()).isEmpty();
  }

  @Test
  void hasNoSecretsBeforeTheFirstReport() {
    assertThat(EMPTY.status(START, AGE_MAX))
        .isEqualTo(new SecretStatus(START, List.of(), List.of()));
  }

  @Test
  void forgetsTheOldestOfManySecrets() {
    SecretLedger ledger = EMPTY;
    for (int i = 0; i <= SecretLedger.SECRETS_MAX; i++) {
      ledger = reported(ledger, "a", START.plusSeconds(i), secret("%08x".formatted(i)));
    }
    SecretLedger last = ledger;
    assertThat(
            IntStream.rangeClosed(0, SecretLedger.SECRETS_MAX)
                .filter(i -> last.knows("%08x".formatted(i))))
        .hasSize(SecretLedger.SECRETS_MAX)
        .doesNotContain(0);
  }

  @Test
  void isTheSameAfterItWasStored() {
    SecretLedger ledger =
        reported(
            EMPTY,
            "bridge-0.ab12cd",
            START,
            new ConfiguredSecret(
                "00000001", "-", Optional.of(LocalDate.parse("2026-01-02")), Optional.of(START)),
            secret("00000002"));
    ledger = ledger.after("b", START, true, List.of());
    SecretLedger read = SecretLedger.parse(ledger.text()).orElseThrow();
    assertThat(read.text())
        .isEqualTo(ledger.text())
        .isEqualTo(
            """
            secrets-1 %s 2026-09-01T08:00:00Z
            secret 00000001 - 2026-09-01T08:00:00Z 2026-09-01T08:00:00Z 2026-09-01T08:00:00Z \
            2026-01-02 2026-09-01T08:00:00Z
            secret 00000002 live 2026-09-01T08:00:00Z - 2026-09-01T08:00:00Z - \
            2026-09-01T08:00:00Z
            replica b 2026-09-01T08:00:00Z stopped -
            replica bridge-0.ab12cd 2026-09-01T08:00:00Z running 00000001,00000002
            """
                .formatted("00".repeat(32)));
    assertThat(read.status(START, AGE_MAX)).isEqualTo(ledger.status(START, AGE_MAX));
  }

  @Test
  void knowsTheLedgerOfALaterRelease() {
    assertThat(SecretLedger.isOfLaterRelease("secrets-2 00 2026-09-01T08:00:00Z\n")).isTrue();
    assertThat(SecretLedger.isOfLaterRelease("secrets-10 x")).isTrue();
    assertThat(SecretLedger.isOfLaterRelease("secrets-1 xy 2026")).isFalse();
    assertThat(SecretLedger.isOfLaterRelease("")).isFalse();
  }

  @Test
  void readsNothingElse() {
    String text = reported(EMPTY, "a", START, secret("00000001")).text();
    assertThat(SecretLedger.parse(text)).isPresent();
    for (String broken :
        List.of(
            "",
            "secrets-2 00 2026-09-01T08:00:00Z",
            "secrets-1",
            "secrets-1 xy 2026-09-01T08:00:00Z",
            text.replace("2026", "26"),
            text.replace("secret 0", "secret x"),
            text + "more",
            text.substring(0, text.length() / 2))) {
      assertThat(SecretLedger.parse(broken)).as(broken).isEmpty();
    }
  }
}
