package stripebridge.cli.inbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Claim;
import stripebridge.core.inbox.ParkReason;
import stripebridge.core.inbox.ReceivedEvent;
import stripebridge.core.inbox.Settlement;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.inbox.SqliteInbox;

class InboxCommandTest {
  private static final String BODY =
      """
      {"id":"%s","type":"charge.succeeded","data":{"object":{"amount":1200,\
      "billing_details":{"email":"ann@example.com"}}}}\
      """;

  @TempDir Path folder;
  private CliHarness cli;

  @BeforeEach
  void fill() throws Exception {
    cli = new CliHarness(folder);
    try (SqliteInbox inbox = openInbox()) {
      for (String id : List.of("evt_parked", "evt_due", "evt_held", "evt_gone")) {
        inbox.append(
            new ReceivedEvent(
                new EventId(id),
                new EventType("charge.succeeded"),
                "acct_1",
                CliHarness.NOW.minusSeconds(90),
                BODY.formatted(id).getBytes(UTF_8)));
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
  }

  private SqliteInbox openInbox() throws Exception {
    return SqliteInbox.open(
        folder.resolve("stripebridge-inbox.db"),
        InboxClock.of(() -> CliHarness.NOW),
        1_000,
        Duration.ofHours(1));
  }

  @Test
  void listsEntriesWithTheirReasons() {
    assertThat(cli.run("inbox", "list"))
        .isEqualTo(
            new Run(
                0,
                """
                ACCEPTED              EVENT       TYPE              STATE      WHY
                2026-07-29T07:58:30Z  evt_parked  charge.succeeded  parked     refused: \
                MESSAGE_TOO_LARGE: 400
                2026-07-29T07:58:30Z  evt_due     charge.succeeded  waiting    next \
                attempt at 2026-07-29T08:00:09Z, after 1 refusal: QUEUE_SHUTDOWN: 503 Queue Shutdown
                2026-07-29T07:58:30Z  evt_held    charge.succeeded  waiting    behind an \
                earlier entry of stripe/webhook/v1/charge/failed/a
                2026-07-29T07:58:30Z  evt_gone    charge.succeeded  published
                """,
                ""));
    assertThat(cli.run("inbox", "list", "--state", "parked").out())
        .contains("evt_parked")
        .doesNotContain("evt_due");
    assertThat(cli.run("inbox", "list", "--since", "1m"))
        .isEqualTo(new Run(0, "", "no entry matches\n"));
    assertThat(cli.run("inbox", "list", "--limit", "1").err())
        .isEqualTo("there are more; see them with a higher --limit\n");
    assertThat(cli.run("inbox", "list", "--type", "charge.*", "-o", "json").out())
        .contains("\"event_id\" : \"evt_held\"", "\"due_at\" : \"2026-07-29T08:00:09Z\"");
    assertThat(cli.run("inbox", "list", "--since", "soon").exitCode()).isEqualTo(2);
    assertThat(cli.run("inbox", "list", "--since", "2026").exitCode()).isEqualTo(2);
  }

  @Test
  void masksPersonalData() {
    assertThat(cli.run("inbox", "show", "evt_parked"))
        .isEqualTo(
            new Run(
                0,
                """
                event     evt_parked
                type      charge.succeeded
                account   acct_1
                state     parked
                why       refused: MESSAGE_TOO_LARGE: 400
                refusals  0, of them permanent 0
                accepted  2026-07-29T07:58:30Z
                settled   2026-07-29T08:00:00Z

                {
                  "id" : "evt_parked",
                  "type" : "charge.succeeded",
                  "data" : {
                    "object" : {
                      "amount" : 1200,
                      "billing_details" : {
                        "email" : "***"
                      }
                    }
                  }
                }
                """,
                ""));
    assertThat(cli.run("inbox", "show", "evt_parked", "--reveal").out())
        .contains("ann@example.com");
    assertThat(cli.run("inbox", "show", "evt_gone").out()).contains("not kept: it is published");
    assertThat(cli.run("inbox", "show", "evt_none").exitCode()).isEqualTo(2);
  }

  @Test
  void counts() {
    Run run = cli.run("inbox", "stats");
    assertThat(run.out())
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
    assertThat(cli.run("inbox", "stats", "--output", "json").out())
        .contains("\"waiting\" : 2", "\"parked_by_reason\" : {\n    \"refused\" : 1");
  }

  @Test
  void acknowledgesALoss() throws Exception {
    assertThat(cli.run("inbox", "acknowledge-loss"))
        .isEqualTo(new Run(0, "", "there is no loss to acknowledge\n"));
    Path file = folder.resolve("stripebridge-inbox.db");
    byte[] copy = Files.readAllBytes(file);
    try (SqliteInbox inbox = openInbox()) {
      inbox.append(
          new ReceivedEvent(
              new EventId("evt_lost"),
              new EventType("charge.succeeded"),
              "acct_1",
              CliHarness.NOW,
              BODY.formatted("evt_lost").getBytes(UTF_8)));
    }
    Files.write(file, copy);
    String line =
        "1 event was answered and may be missing: sequence 5 to 5, accepted after"
            + " 2026-07-29T07:58:30Z and by 2026-07-29T08:00:00Z\n";
    try (SqliteInbox _ = openInbox()) {
      assertThat(cli.run("inbox", "stats").err()).isEqualTo(line);
      assertThat(cli.run("inbox", "stats", "-o", "json").out()).contains("\"events_missing\" : 1");
      assertThat(cli.run("inbox", "acknowledge-loss"))
          .isEqualTo(new Run(0, line, "acknowledged\n"));
    }
    assertThat(cli.run("inbox", "stats").err()).isEmpty();
  }

  @Test
  void retriesEntries() {
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
    assertThat(cli.run("inbox", "retry", "--all-parked"))
        .isEqualTo(new Run(0, "0 wait again\n", ""));
    assertThat(cli.run("inbox", "retry").exitCode()).isEqualTo(2);
  }

  @Test
  void asksTheProcessThatOwnsTheInbox() throws Exception {
    try (SqliteInbox inbox = openInbox()) {
      assertThat(cli.run("inbox", "retry", "--all-parked"))
          .isEqualTo(new Run(0, "1 wait again\n", ""));
      assertThat(inbox.counts().parked()).isZero();
    }
  }

  @Test
  void discardsOnlyAfterWritingTheEvent() throws Exception {
    assertThat(cli.run("inbox", "discard", "evt_parked"))
        .isEqualTo(
            new Run(
                2,
                "",
                """
                error: nothing was touched: 'evt_parked' will never be published, and there is no \
                terminal to confirm it on
                hint:  pass --yes
                """));
    Path file = folder.resolve("evt_parked.json");
    assertThat(file).doesNotExist();

    assertThat(cli.run("inbox", "discard", "evt_parked", "--yes").out())
        .isEqualTo("evt_parked is discarded; its event is in " + file + "\n");

    assertThat(file).hasContent(BODY.formatted("evt_parked"));
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(cli.run("inbox", "list", "--state", "discarded").out()).contains("evt_parked");
    assertThat(cli.run("inbox", "discard", "evt_parked", "--yes").err())
        .contains("it is already published or discarded");
    Files.writeString(folder.resolve("mine.json"), "mine");
    assertThat(cli.run("inbox", "discard", "evt_due", "--yes", "--to", "mine.json").err())
        .contains("the file already exists");
    assertThat(cli.run("inbox", "list", "--state", "waiting").out()).contains("evt_due");
  }

  @Test
  void namesNoFileAfterAnIdWithAPath() throws Exception {
    String id = "../evt_1";
    try (SqliteInbox inbox = openInbox()) {
      inbox.append(
          new ReceivedEvent(
              new EventId(id),
              new EventType("charge.succeeded"),
              "acct_1",
              CliHarness.NOW,
              BODY.formatted(id).getBytes(UTF_8)));
    }

    assertThat(cli.run("inbox", "discard", id, "--yes"))
        .isEqualTo(
            new Run(
                2,
                "",
                """
                error: cannot name a file after '../evt_1': only letters, digits, _ and - are \
                allowed
                hint:  nothing was changed; name the file with --to
                """));
    assertThat(cli.run("inbox", "discard", id, "--yes", "--to", "one.json").exitCode()).isZero();
    assertThat(folder.resolve("one.json")).hasContent(BODY.formatted(id));
  }

  @Test
  void asksForTheIdOnATerminal() {
    cli.onTerminal().env("NO_COLOR", "1").stdin("evt_held\n");
    assertThat(cli.run("inbox", "discard", "evt_parked").exitCode()).isEqualTo(130);
    assertThat(cli.stdin("evt_parked\n").run("inbox", "discard", "evt_parked").exitCode()).isZero();
  }

  @Test
  void createsNoInbox() {
    Run run = cli.env("INBOX_PATH", "none.db").run("inbox", "stats");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("none.db': there is no such file", "INBOX_PATH");
    assertThat(folder.resolve("none.db")).doesNotExist();
  }

  /// Overwrites the pages after the first two: those of entries and indexes.
  private void damage(Path file) throws Exception {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long at = 2 * 4_096L; at < channel.size(); at += 4_096) {
        channel.write(ByteBuffer.wrap(new byte[] {0x55, 0x55, 0x55, 0x55}), at);
      }
    }
  }

  @Test
  void reportsADamagedFileAndHowToRecoverIt() throws Exception {
    damage(folder.resolve("stripebridge-inbox.db"));
    Run run = cli.run("inbox", "list");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("SQLITE_CORRUPT", "stripebridge inbox recover ", "stripebridge-inbox.db")
        .doesNotContain("directory");
  }

  @Test
  void recoversEverythingFromAnUndamagedFile() {
    assertThat(cli.run("inbox", "recover", "stripebridge-inbox.db", "--to", "new.db"))
        .isEqualTo(
            new Run(
                0, "recovered into new.db: 2 waiting, 1 published, 1 parked, 0 discarded\n", ""));
    assertThat(cli.run("inbox", "stats", "--inbox-path", "new.db").exitCode()).isZero();
    assertThat(cli.run("inbox", "recover", "stripebridge-inbox.db", "--to", "new.db").err())
        .contains("the file exists already", "--to");
    assertThat(cli.run("inbox", "recover", "nothing.db").err())
        .contains("there is no such file", "INBOX_PATH");
  }

  @Test
  void listsWhatCouldNotBeRecovered() throws Exception {
    Path file = folder.resolve("stripebridge-inbox.db");
    // Damages an overflow page, which contains part of a body too large for its entry's page.
    try (SqliteInbox inbox = openInbox()) {
      inbox.append(
          new ReceivedEvent(
              new EventId("evt_large"),
              new EventType("charge.succeeded"),
              "acct_1",
              CliHarness.NOW,
              ("{\"x\":\"" + "x".repeat(9_000) + "\"}").getBytes(UTF_8)));
    }
    byte[] bytes = Files.readAllBytes(file);
    int at = new String(bytes, ISO_8859_1).lastIndexOf("xxxx");
    int page = at / 4_096;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {0, 0, 0x7f, 0x7f}), page * 4_096L);
    }
    Run run = cli.run("inbox", "recover", "stripebridge-inbox.db");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.out())
        .startsWith(
            "recovered into stripebridge-inbox.db.recovered:"
                + " 2 waiting, 1 published, 1 parked, 0 discarded\n")
        .contains(
            "lost: entry 5, evt_large, which was waiting: its page, or one that its body is on");
    assertThat(run.err()).contains("start serve with INBOX_PATH=stripebridge-inbox.db.recovered");
  }
}
