package stripebridge.cli.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.config.InboxSettings.RedisDurability;
import stripebridge.core.config.RedisUrl;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.config.TlsTrust;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Appended;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.SqliteInbox;
import stripebridge.service.inbox.redis.RedisInbox;
import stripebridge.service.inbox.redis.RedisProcess;

/// The `inbox` commands with an inbox in Redis, and moves to Redis and back.
class SharedInboxTest {
  private static final String FILE = "stripebridge-inbox.db";

  @TempDir private static Path redisFolder;
  private static RedisProcess redis;

  @TempDir Path folder;
  private CliHarness cli;

  @BeforeAll
  static void start() throws Exception {
    redis = RedisProcess.start(redisFolder, "--requirepass", "hunter2");
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  @BeforeEach
  void empty() throws Exception {
    cli = new CliHarness(folder).env("REDIS_URL", url()).env("REDIS_KEY_PREFIX", prefix());
    try (Inbox inbox = openRedis()) {
      inbox.probe();
    }
  }

  private static String url() {
    return redis.url().replace("redis://", "redis://:hunter2@");
  }

  /// Each test has its own.
  private String prefix() {
    return folder.getFileName() + ":";
  }

  private RedisInbox openRedis() throws InboxException {
    return RedisInbox.open(
        new InboxSettings.Shared(
            RedisUrl.of(url()).orElseThrow(),
            prefix(),
            new TlsTrust.JavaDefault(),
            new TlsIdentity.None(),
            new RedisDurability.AsConfigured(),
            Optional.empty()),
        folder,
        InboxClock.of(() -> CliHarness.NOW),
        1_000,
        Duration.ofHours(1));
  }

  private SqliteInbox openFile() throws Exception {
    return SqliteInbox.open(
        folder.resolve(FILE), InboxClock.of(() -> CliHarness.NOW), 1_000, Duration.ofHours(1));
  }

  private static ReceivedEvent event(String id) {
    return new ReceivedEvent(
        new EventId(id),
        new EventType("charge.succeeded"),
        "acct_1",
        CliHarness.NOW.minusSeconds(90),
        ("{\"id\":\"" + id + "\",\"type\":\"charge.succeeded\"}").getBytes(UTF_8));
  }

  private static void fill(Inbox inbox) throws Exception {
    for (String id : List.of("evt_parked", "evt_due", "evt_held", "evt_gone")) {
      inbox.append(event(id));
    }
    List<Claim> claims = inbox.claim(10, Duration.ZERO);
    inbox.settle(
        List.of(
            new Settlement.Parked(
                claims.get(0).sequence(), ParkReason.REFUSED, "MESSAGE_TOO_LARGE: 400"),
            new Settlement.Refused(
                claims.get(1).sequence(),
                CliHarness.NOW.plusSeconds(9),
                "QUEUE_SHUTDOWN: 503 Queue Shutdown",
                false),
            new Settlement.Held(claims.get(2).sequence(), "stripe/webhook/v1/charge/failed/a"),
            new Settlement.Published(claims.get(3).sequence())));
  }

  private long dueMillis() {
    String due = redis.command("ZRANGE", prefix() + "{inbox}:due", "0", "0", "WITHSCORES");
    return Long.parseLong(due.lines().toList().getLast());
  }

  /// Prints the same lines as for an inbox in a file; see `InboxCommandTest`.
  @Test
  void showsEntriesAsForAFile() throws Exception {
    try (Inbox inbox = openRedis()) {
      fill(inbox);
    }
    // Times come from the clock of Redis, which a test cannot set.
    String due = Instant.ofEpochMilli(dueMillis()).toString();
    assertThat(cli.run("inbox", "list"))
        .isEqualTo(
            new Run(
                0,
                """
                ACCEPTED              EVENT       TYPE              STATE      WHY
                2026-07-29T07:58:30Z  evt_parked  charge.succeeded  parked     refused: \
                MESSAGE_TOO_LARGE: 400
                2026-07-29T07:58:30Z  evt_due     charge.succeeded  waiting    next \
                attempt at %s, after 1 refusal: QUEUE_SHUTDOWN: 503 Queue Shutdown
                2026-07-29T07:58:30Z  evt_held    charge.succeeded  waiting    behind an \
                earlier entry of stripe/webhook/v1/charge/failed/a
                2026-07-29T07:58:30Z  evt_gone    charge.succeeded  published
                """
                    .formatted(due),
                ""));
    assertThat(cli.run("inbox", "stats").out())
        .startsWith(
            """
            waiting                                2
              oldest                               90 s
              charge.succeeded                     2
              held                                 1 behind stripe/webhook/v1/charge/failed/a
            published                              1
            parked                                 1
              refused                              1
            discarded                              0
            size\
            """);
    assertThat(cli.run("inbox", "show", "evt_parked").out())
        .contains("why       refused: MESSAGE_TOO_LARGE: 400", "\"id\" : \"evt_parked\"");
    assertThat(cli.run("inbox", "retry", "evt_parked", "evt_due", "evt_gone", "evt_none"))
        .isEqualTo(
            new Run(
                3,
                """
                evt_parked waits again
                evt_due waits again
                evt_gone is neither parked nor refused
                evt_none is not in the inbox
                """,
                ""));
    assertThat(cli.run("inbox", "discard", "evt_held", "--yes").out())
        .startsWith("evt_held is discarded; its event is in ");
    assertThat(cli.run("inbox", "retry", "--all-parked"))
        .isEqualTo(new Run(0, "0 wait again\n", ""));
  }

  @Test
  void reportsThatRedisIsUnavailable() throws Exception {
    String away = "redis://:hunter2@127.0.0.1:" + RedisProcess.freePort();
    Run run = cli.env("REDIS_URL", away).run("inbox", "stats");
    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err())
        .contains("cannot open the inbox at redis://:***@127.0.0.1:", "REDIS_URL")
        .doesNotContain("hunter2");
  }

  @Test
  void movesFromAFileToRedisAndBack() throws Exception {
    try (Inbox file = openFile()) {
      fill(file);
    }
    String listed = cli.env("REDIS_URL", "").run("inbox", "list").out();

    cli.env("REDIS_URL", url()).env("REDIS_KEY_PREFIX", prefix());
    assertThat(cli.run("inbox", "move", "--from", FILE, "--to", plain()))
        .isEqualTo(
            new Run(
                0, "moved 2 waiting, 1 published, 1 parked, 0 discarded to " + plain() + "\n", ""));

    assertThat(cli.run("inbox", "list").out())
        .isEqualTo(
            listed
                .replace("next attempt at 2026-07-29T08:00:09Z, after 1 refusal: ", "")
                .replaceAll("waiting .*", "waiting"));
    try (Inbox redisInbox = openRedis()) {
      assertThat(redisInbox.append(event("evt_gone"))).isEqualTo(Appended.DUPLICATE);
      assertThat(redis("PTTL", "id:evt_gone")).isNotEqualTo("-1");
    }
    assertThat(cli.run("inbox", "move", "--from", plain(), "--to", FILE))
        .isEqualTo(
            new Run(
                0, "moved 2 waiting, 1 published, 1 parked, 0 discarded to " + FILE + "\n", ""));
    try (Inbox file = openFile()) {
      assertThat(file.append(event("evt_gone"))).isEqualTo(Appended.DUPLICATE);
      assertThat(file.claim(10, Duration.ZERO))
          .allSatisfy(claim -> assertThat(claim).isInstanceOf(Claim.Intact.class))
          .hasSize(2);
      assertThat(file.counts().parked()).isOne();
    }
    assertThat(cli.run("inbox", "list").err()).isEqualTo("no entry matches\n");
  }

  private static String plain() {
    return redis.url();
  }

  private String redis(String command, String name) {
    return redis.command(command, prefix() + "{inbox}:" + name);
  }

  /// The state after a move that was interrupted between the two inboxes.
  @Test
  void continuesAMoveWithoutStoringTwice() throws Exception {
    try (Inbox file = openFile();
        Inbox shared = openRedis()) {
      fill(file);
      shared.append(event("evt_due"));
      shared.append(event("evt_gone"));
    }
    assertThat(cli.run("inbox", "move", "--from", FILE, "--to", plain()).out())
        .endsWith("2 of them were already known there, and are not stored twice\n");
    try (Inbox shared = openRedis()) {
      assertThat(shared.claim(10, Duration.ZERO)).hasSize(3);
    }
    assertThat(cli.run("inbox", "move", "--from", FILE, "--to", plain()).out())
        .startsWith("moved 0 waiting, 0 published, 0 parked");
  }

  @Test
  void refusesASourceInUse() throws Exception {
    try (Inbox file = openFile();
        Inbox shared = openRedis()) {
      fill(file);
      fill(shared);
      Run fromFile = cli.run("inbox", "move", "--from", FILE, "--to", plain());
      assertThat(fromFile.exitCode()).isEqualTo(2);
      assertThat(fromFile.err()).contains("this process has it");
      Run fromRedis = cli.run("inbox", "move", "--from", plain(), "--to", "other.db");
      assertThat(fromRedis.exitCode()).isEqualTo(2);
      assertThat(fromRedis.err()).contains("a serve uses it", "stop all that share it");
      assertThat(shared.counts().waiting()).isEqualTo(2);
    }
  }

  @Test
  void refusesAPasswordOnTheCommandLine() {
    Run run = cli.run("inbox", "move", "--from", FILE, "--to", url());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("is visible to every user", "--redis-url-file FILE")
        .doesNotContain("hunter2");
    assertThat(cli.run("inbox", "move", "--from", FILE, "--to", "redis://elsewhere").err())
        .contains("REDIS_URL is redis://:***@127.0.0.1:")
        .doesNotContain("hunter2");
    assertThat(cli.run("inbox", "move", "--from", plain(), "--to", plain()).err())
        .contains("one of the two inboxes must be a file");
    assertThat(cli.run("inbox", "move", "--from", FILE, "--to", plain()).err())
        .contains("there is no such file");
  }
}
