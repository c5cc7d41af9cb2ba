package stripebridge.cli.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;
import stripebridge.core.secret.ConfiguredSecret;
import stripebridge.core.secret.SecretLedger;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.SqliteInbox;
import stripebridge.service.secret.SecretWatch;

class SecretsStatusCommandTest {
  private static final Instant NOW = CliHarness.NOW;
  private static final Instant LONG_AGO = NOW.minus(Duration.ofDays(91));

  @TempDir Path folder;
  private CliHarness cli;
  private SecretLedger ledger = SecretLedger.empty(byte[]::new);

  @BeforeEach
  void open() throws Exception {
    cli = new CliHarness(folder);
    store("");
  }

  private void store(String memo) throws Exception {
    try (SqliteInbox inbox =
        SqliteInbox.open(
            folder.resolve("stripebridge-inbox.db"),
            InboxClock.of(() -> NOW),
            1_000,
            Duration.ofHours(1))) {
      assertThat(inbox.replaceMemo(SecretWatch.MEMO, inbox.memo(SecretWatch.MEMO), memo)).isTrue();
    }
  }

  private void reported(String replica, Instant at, ConfiguredSecret... secrets) throws Exception {
    ledger = ledger.after(replica, at, false, List.of(secrets));
    store(ledger.text());
  }

  private static ConfiguredSecret secret(
      String label, String fingerprint, @Nullable Instant lastUsed) {
    return new ConfiguredSecret(
        fingerprint, label, Optional.empty(), Optional.ofNullable(lastUsed));
  }

  /// Reports from long ago until now, so that no time is unwatched.
  private void watched(ConfiguredSecret... secrets) throws Exception {
    for (Instant at = LONG_AGO; at.isBefore(NOW); at = at.plus(Duration.ofHours(1))) {
      ledger = ledger.after("serve", at, false, List.of(secrets));
    }
    reported("serve", NOW, secrets);
  }

  @Test
  void isContentWithTwoSecretsInUse() throws Exception {
    ConfiguredSecret dated =
        new ConfiguredSecret(
            "00000001", "live", Optional.of(LocalDate.parse("2026-07-01")), Optional.empty());
    reported("a", NOW, dated, secret("next", "00000002", NOW.minusSeconds(90)));
    reported("b", NOW, dated, secret("next", "00000002", null));
    assertThat(cli.run("secrets", "status"))
        .isEqualTo(
            new Run(
                0,
                """
                LABEL  FINGERPRINT  SINCE       AGE   LAST USED  REPLICAS  VERDICT
                live   00000001     2026-07-01  28 d  never      2 of 2    ok
                next   00000002     2026-07-29  0 s   90 s ago   2 of 2    ok
                """,
                ""));
  }

  @Test
  void saysWhyItExitsWithThree() throws Exception {
    watched(
        secret("old", "00000001", LONG_AGO),
        secret("next", "00000002", NOW),
        secret("wrong", "00000003", null));
    assertThat(cli.run("secrets", "status"))
        .isEqualTo(
            new Run(
                3,
                """
                LABEL  FINGERPRINT  SINCE       AGE   LAST USED  REPLICAS  VERDICT
                next   00000002     2026-04-29  91 d  0 s ago    1 of 1    old
                old    00000001     2026-04-29  91 d  91 d ago   1 of 1    old, unused
                wrong  00000003     2026-04-29  91 d  never      1 of 1    old, unused
                """,
                """
                old: next 00000002: 91 days old, above SECRET_MAX_AGE_DAYS (90): roll it
                old: old 00000001: 91 days old, above SECRET_MAX_AGE_DAYS (90): roll it
                unused: old 00000001: unused for 48 hours, while another verifies webhooks: safe to\
                 remove, unless it belongs to another endpoint that is just quiet
                old: wrong 00000003: 91 days old, above SECRET_MAX_AGE_DAYS (90): roll it
                unused: wrong 00000003: has never verified a webhook, while another does: it is\
                 mistyped, or Stripe does not sign with it
                """));
    assertThat(cli.run("secrets", "status", "--secret-max-age-days", "0", "--allow", "unused"))
        .extracting(Run::exitCode, Run::err)
        .containsExactly(0, "");
    assertThat(cli.run("secrets", "status", "--allow", "unused,only-one").exitCode()).isEqualTo(3);
    assertThat(cli.run("secrets", "status", "--allow", "old,unused").exitCode()).isZero();
  }

  @Test
  void saysThatThereIsNoRoomToRoll() throws Exception {
    reported("serve", NOW, secret("live", "00000001", NOW));
    assertThat(cli.run("secrets", "status"))
        .isEqualTo(
            new Run(
                3,
                """
                LABEL  FINGERPRINT  SINCE       AGE  LAST USED  REPLICAS  VERDICT
                live   00000001     2026-07-29  0 s  0 s ago    1 of 1    only-one
                """,
                """
                only-one: live 00000001: the only secret: while Stripe rolls it, both must be\
                 configured
                """));
    assertThat(cli.run("secrets", "status", "--allow", "only-one"))
        .extracting(Run::exitCode, Run::err)
        .containsExactly(0, "");
  }

  @Test
  void namesTheReplicasThatLackASecret() throws Exception {
    reported("a", NOW, secret("live", "00000001", NOW), secret("next", "00000002", null));
    reported("b", NOW, secret("live", "00000001", NOW));
    Run run = cli.run("secrets", "status", "-o", "json");
    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                """
                {
                  "at" : "2026-07-29T08:00:00Z",
                  "replicas" : [ "a", "b" ],
                  "secrets" : [ {
                    "label" : "live",
                    "fingerprint" : "00000001",
                    "first_seen" : "2026-07-29T08:00:00Z",
                    "since" : null,
                    "age_seconds" : 0,
                    "last_used" : "2026-07-29T08:00:00Z",
                    "replicas" : [ "a", "b" ],
                    "missing_on" : [ ],
                    "findings" : [ ]
                  }, {
                    "label" : "next",
                    "fingerprint" : "00000002",
                    "first_seen" : "2026-07-29T08:00:00Z",
                    "since" : null,
                    "age_seconds" : 0,
                    "last_used" : null,
                    "replicas" : [ "a" ],
                    "missing_on" : [ "b" ],
                    "findings" : [ ]
                  } ]
                }
                """,
                "next 00000002: not yet on b\n"));
  }

  @Test
  void showsTheLastReportOfAServeThatWasStopped() throws Exception {
    reported("serve", NOW.minus(Duration.ofDays(3)), secret("live", "00000001", null));
    assertThat(cli.run("secrets", "status", "--allow", "only-one"))
        .isEqualTo(
            new Run(
                0,
                """
                LABEL  FINGERPRINT  SINCE       AGE  LAST USED  REPLICAS  VERDICT
                live   00000001     2026-07-26  3 d  never      -         only-one
                """,
                "no serve runs; as of its last report at 2026-07-26T08:00:00Z\n"));
  }

  @Test
  void saysThatNoneWasSeenYet() {
    assertThat(cli.run("secrets", "status"))
        .isEqualTo(
            new Run(
                4,
                "",
                """
                error: cannot show webhook secrets: no serve that uses this inbox has reported any
                hint:  start serve of this release; it reports its secrets within a second
                """));
  }

  @Test
  void needsACommandAndAKnownFinding() {
    assertThat(cli.run("secrets").exitCode()).isEqualTo(2);
    assertThat(cli.run("secrets", "status", "--allow", "young").err())
        .contains("'young' is not a finding: old, unused, only-one");
  }
}
