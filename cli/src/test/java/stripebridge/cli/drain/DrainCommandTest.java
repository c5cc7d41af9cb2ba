package stripebridge.cli.drain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.cli.BrokerClient;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;
import stripebridge.cli.EventPublisher;
import stripebridge.cli.messages.MessageJsonReader;
import stripebridge.core.broker.QueueMessage;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.RecordedMessage;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxQueue;

class DrainCommandTest {
  private final SandboxBroker broker = SandboxBroker.start();
  @TempDir Path folder;
  private CliHarness cli;
  private EventPublisher publisher;

  @BeforeEach
  void open() throws Exception {
    broker
        .vpn("default")
        .createOpenQueue("q", "stripe/>")
        .updateQueue("q", Map.of("deliveryCountEnabled", true));
    cli =
        new CliHarness(folder)
            .env("SOLACE_HOST", broker.smfUri())
            .env("SOLACE_VPN", "default")
            .env("SOLACE_USERNAME", "default")
            .env("SOLACE_PASSWORD", "default");
    publisher = new EventPublisher(broker);
  }

  @AfterEach
  void close() {
    publisher.close();
    broker.close();
  }

  private CliHarness withSemp() {
    return cli.env("SOLACE_SEMP_HOST", broker.sempUri())
        .env("SOLACE_SEMP_USERNAME", "admin")
        .env("SOLACE_SEMP_PASSWORD", "admin");
  }

  private SandboxQueue queue() {
    return broker.vpn("default").queue("q");
  }

  private void awaitDepth(long depth) {
    Instant deadline = Instant.now().plusSeconds(30);
    while (queue().depth() != depth) {
      assertThat(Instant.now())
          .as("depth %d, wanted %d", queue().depth(), depth)
          .isBefore(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private List<QueueMessage> read(String file) throws Exception {
    return Files.readAllLines(folder.resolve(file)).stream()
        .map(DrainCommandTest::message)
        .toList();
  }

  private static QueueMessage message(String line) {
    try {
      return MessageJsonReader.read(line.getBytes(UTF_8));
    } catch (MessageJsonReader.Unreadable e) {
      throw new AssertionError(line, e);
    }
  }

  private static String id(QueueMessage message) {
    return String.valueOf(message.content().applicationMessageId());
  }

  @Test
  void movesAllMessagesToAFileThatOnlyItsOwnerCanRead() throws Exception {
    publisher.events("invoice.paid", 2).event("charge.failed").await();
    RecordedMessage first = queue().messages().getFirst();

    Run run = cli.run("drain", "--queue", "q", "--to", "dead.jsonl", "--yes", "--timeout", "300ms");

    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                """
                EVENT TYPE     MESSAGES
                charge.failed  1
                invoice.paid   2
                """,
                "3 messages were moved to dead.jsonl\n"));
    awaitDepth(0);
    assertThat(read("dead.jsonl"))
        .extracting(DrainCommandTest::id)
        .containsExactly("evt_1", "evt_2", "evt_3");
    QueueMessage drained = read("dead.jsonl").getFirst();
    assertThat(drained.content().payload().content()).isEqualTo(first.payload());
    assertThat(drained.content().destination().name()).isEqualTo(first.destination());
    assertThat(drained.content().userProperties()).isEqualTo(first.properties());
    assertThat(Files.readString(folder.resolve("dead.jsonl")))
        .startsWith("{\"drained_from\":\"q\",\"drained_at\":\"2026-07-29T08:00:00Z\",");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("dead.jsonl"))))
        .isEqualTo("rw-------");
  }

  @Test
  void appendsToAFileAndEndsItsUnfinishedLine() throws Exception {
    Files.writeString(folder.resolve("f"), "{\"torn");
    publisher.event("invoice.paid").await();
    Run run = cli.run("drain", "--queue", "q", "--to", "f", "--yes", "--timeout", "300ms");
    assertThat(run.exitCode()).isZero();
    assertThat(Files.readAllLines(folder.resolve("f"))).hasSize(2).first().isEqualTo("{\"torn");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 255, 256, 300})
  void takesTheWantedNumberAndLeavesTheRest(int count) throws Exception {
    publisher.events("invoice.paid", 310).await();
    Run run = cli.run("drain", "--queue", "q", "--discard", "--count", count + "", "--yes");
    assertThat(run.err())
        .isEqualTo(count == 1 ? "1 message was deleted\n" : count + " messages were deleted\n");
    awaitDepth(310 - count);
    // The client may request one message too many when the broker is on the same machine.
    assertThat(queue().counter("redeliveredMsgCount")).isZero();
    assertThat(queue().messages().getFirst().applicationMessageId()).contains("evt_" + (count + 1));
  }

  @Test
  void removesOnlyMatchingMessages() throws Exception {
    publisher.event("invoice.paid").event("charge.failed").event("invoice.voided").await();
    Run run =
        withSemp()
            .run(
                "drain",
                "--queue",
                "q",
                "--discard",
                "--filter",
                "event_type=invoice.*",
                "--yes",
                "--timeout",
                "300ms",
                "-o",
                "json");
    assertThat(run.err()).isEqualTo("2 messages were deleted\n");
    assertThat(run.out())
        .isEqualToIgnoringWhitespace(
            """
            {"queue":"q","messages":2,
             "event_types":{"invoice.paid":1,"invoice.voided":1}}
            """);
    awaitDepth(1);
    assertThat(queue().messages())
        .extracting(RecordedMessage::applicationMessageId)
        .containsExactly(Optional.of("evt_2"));
  }

  @Test
  void takesOlderMessages() throws Exception {
    publisher.events("invoice.paid", 9).await();
    // It is 08:00, and event n arrived at n o'clock.
    Run run =
        withSemp()
            .run(
                "drain",
                "--queue",
                "q",
                "--to",
                "old",
                "--older-than",
                "5h",
                "--yes",
                "--timeout",
                "300ms");
    assertThat(run.err()).isEqualTo("2 messages were moved to old\n");
    assertThat(read("old")).extracting(DrainCommandTest::id).containsExactly("evt_1", "evt_2");
  }

  @Test
  void countsWithoutTouchingAnything() throws Exception {
    publisher.events("invoice.paid", 3).await();
    Run run = cli.run("drain", "--queue", "q", "--dry-run", "--timeout", "300ms");
    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                "EVENT TYPE    MESSAGES\ninvoice.paid  3\n",
                "3 messages would be taken; nothing was touched\n"));
    assertThat(queue().depth()).isEqualTo(3);
  }

  @Test
  void reportsAnEmptyQueueOrNoMatch() throws Exception {
    assertThat(cli.run("drain", "--queue", "q", "--discard", "--yes", "--timeout", "100ms"))
        .isEqualTo(new Run(0, "", "no message was taken: 'q' is empty\n"));
    publisher.event("invoice.paid").await();
    assertThat(
            cli.run(
                    "drain",
                    "--queue",
                    "q",
                    "--dry-run",
                    "--filter",
                    "event_type=x",
                    "--timeout",
                    "300ms")
                .err())
        .isEqualTo("no message was found: none in 'q' matches\n");
  }

  @Test
  void changesNothingUnlessTheQueuesNameIsTyped() throws Exception {
    publisher.event("invoice.paid").await();
    assertThat(cli.run("drain", "--queue", "q", "--discard"))
        .isEqualTo(
            new Run(
                2,
                "",
                """
                error: nothing was touched: all messages in 'q' will be deleted, and there is no \
                terminal to confirm it on
                hint:  pass --yes
                """));
    assertThat(cli.run("drain", "--queue", "q", "--discard", "--count", "1").err())
        .contains("up to 1 message in 'q' will be deleted");
    cli.onTerminal().env("NO_COLOR", "1").env("COLUMNS", "80");
    Run refused = withSemp().stdin("p\n").run("drain", "--queue", "q", "--to", "f");
    assertThat(refused.exitCode()).isEqualTo(130);
    assertThat(refused.err())
        .startsWith(
            "all messages in 'q' (it holds 1) will be moved to f. Type the queue's name to go on: ")
        .endsWith("error: stopped: nothing was touched\n");
    assertThat(queue().depth()).isEqualTo(1);
    assertThat(folder.resolve("f")).doesNotExist();

    Run agreed = cli.stdin("q\n").run("drain", "--queue", "q", "--to", "f", "--timeout", "300ms");
    assertThat(agreed.exitCode()).isZero();
    awaitDepth(0);
  }

  @Test
  void refusesToBrowseAndRemoveWhereOthersConsume() throws Exception {
    publisher.events("invoice.paid", 3).await();
    String[] drain = {
      "drain",
      "--queue",
      "q",
      "--discard",
      "--filter",
      "event_type=*",
      "--yes",
      "--timeout",
      "300ms"
    };
    assertThat(cli.run(drain))
        .isEqualTo(
            new Run(
                2,
                "",
                """
                error: cannot drain 'q' by browsing: only SEMP shows whether others consume the \
                queue, and it is not configured
                hint:  set SOLACE_SEMP_HOST, SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD, or \
                pass --force
                """));
    try (BrokerClient _ = new BrokerClient(broker, "billing").consume("q", 1, 0)) {
      assertThat(withSemp().run(drain))
          .isEqualTo(
              new Run(
                  3,
                  "",
                  """
                  error: cannot drain 'q' by browsing: billing consumes from it; nothing was touched
                  hint:  stop them, or pass --force: messages that they have received may be \
                  processed twice
                  """));
      assertThat(queue().depth()).isEqualTo(3);
    }
    assertThat(withSemp().run(drain).exitCode()).isZero();
    awaitDepth(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--discard --to f", "--discard --count 0", "--to f --older-than 5y"})
  void refusesWrongUsage(String options) {
    String[] args = ("drain --queue q --yes " + options).strip().split(" ", -1);
    assertThat(cli.run(args).exitCode()).isEqualTo(2);
  }

  @Test
  void reportsAMissingQueue() {
    assertThat(cli.run("drain", "--queue", "nope", "--discard", "--yes").err())
        .startsWith("error: cannot consume 'nope': there is no such queue\nhint:");
  }

  @Test
  void takesNothingWhenTheFileCannotBeWritten() throws Exception {
    publisher.event("invoice.paid").await();
    Run run = cli.run("drain", "--queue", "q", "--to", "no/such/f", "--yes");
    assertThat(run)
        .isEqualTo(
            new Run(
                2,
                "",
                """
                error: cannot write to '%s': no such directory
                hint:  nothing was taken from the queue; name another file with --to
                """
                    .formatted(folder.resolve("no/such/f"))));
    assertThat(queue().depth()).isEqualTo(1);
    assertThat(queue().counter("redeliveredMsgCount")).isZero();
  }

  @Test
  void losesNothingWhenTheConnectionBreaks() throws Exception {
    publisher.events("invoice.paid", 8_000).await();
    try (CliHarness.Running drain =
        // A long timeout: on a busy machine a reconnect takes more than the default 2 s.
        cli.onTrueTime()
            .start("drain --queue q --to f --yes --count 8000 --timeout 1m".split(" ", -1))) {
      for (int breaks = 1; breaks <= 3; breaks++) {
        long depth = 8_000 - breaks * 1_600L;
        drain.awaitThat(() -> queue().depth() <= depth);
        broker.inject(new Fault.DropConnection(0));
      }
      Run run = drain.join();
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
    awaitDepth(0);
    assertThat(read("f")).extracting(DrainCommandTest::id).hasSize(8_000).doesNotHaveDuplicates();
  }

  @Test
  void stopsWithAReport() throws Exception {
    publisher.events("invoice.paid", 20_000).await();
    Run run;
    try (CliHarness.Running drain =
        cli.onTrueTime().start("drain", "--queue", "q", "--to", "f", "--yes")) {
      drain.awaitThat(() -> queue().depth() <= 19_000);
      run = drain.stop();
    }
    assertThat(run.exitCode()).isEqualTo(130);
    List<QueueMessage> drained = read("f");
    assertThat(run.err())
        .isEqualTo(
            "stopped: %,d messages were moved to f; all other messages are still in the queue\n"
                .formatted(drained.size()));
    awaitDepth(20_000 - drained.size());
  }

  @Test
  void refusesAFileThatAnotherWriterHasLocked() throws Exception {
    publisher.event("invoice.paid").await();
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve("f"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      Run run = cli.run("drain", "--queue", "q", "--to", "f", "--yes");
      assertThat(run.err()).contains("it is being written to");
    }
    assertThat(queue().depth()).isEqualTo(1);
  }
}
