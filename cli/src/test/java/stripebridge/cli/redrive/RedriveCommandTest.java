package stripebridge.cli.redrive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.config.BrokerAddress;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SolaceSettings;
import stripebridge.core.config.TlsTrust;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.RecordedMessage;
import stripebridge.sandbox.SandboxBroker;
import stripebridge.sandbox.SandboxQueue;
import stripebridge.sandbox.SandboxVpn;
import stripebridge.solace.messaging.SmfQueues;

class RedriveCommandTest {
  private final SandboxBroker broker = SandboxBroker.start();
  @TempDir Path folder;
  private CliHarness cli;
  private EventPublisher publisher;

  @BeforeEach
  void open() throws Exception {
    vpn()
        .createOpenQueue("dmq")
        .createOpenQueue("invoices", "stripe/webhook/v1/invoice/>")
        .createOpenQueue("audit", "stripe/webhook/v1/>")
        .updateQueue("invoices", Map.of("deadMsgQueue", "dmq"));
    cli =
        new CliHarness(folder)
            .onTrueTime()
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

  private SandboxVpn vpn() {
    return broker.vpn("default");
  }

  private CliHarness withSemp() {
    return cli.env("SOLACE_SEMP_HOST", broker.sempUri())
        .env("SOLACE_SEMP_USERNAME", "admin")
        .env("SOLACE_SEMP_PASSWORD", "admin");
  }

  private SandboxQueue queue(String name) {
    return vpn().queue(name);
  }

  private void awaitDepth(String queue, long depth) {
    Instant deadline = Instant.now().plusSeconds(30);
    while (queue(queue).depth() != depth) {
      assertThat(Instant.now())
          .as("%s has %d, wanted %d", queue, queue(queue).depth(), depth)
          .isBefore(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /// Publishes invoices, and rejects all of them to the DMQ.
  private void reject(int events) throws Exception {
    publisher.events("invoice.paid", events).await();
    try (BrokerClient _ = new BrokerClient(broker, "app").consume("invoices", events, events)) {
      awaitDepth("dmq", events);
    }
    awaitDepth("invoices", 0);
  }

  private Run redrive(String... options) {
    String[] args = new String[options.length + 3];
    args[0] = "redrive";
    args[1] = "--timeout";
    args[2] = "300ms";
    System.arraycopy(options, 0, args, 3, options.length);
    return cli.run(args);
  }

  private List<String> ids(String queue) {
    return queue(queue).messages().stream()
        .map(RecordedMessage::applicationMessageId)
        .map(Optional::orElseThrow)
        .toList();
  }

  @Test
  void publishesRejectedMessagesToTheirTopics() throws Exception {
    reject(3);
    RecordedMessage before = queue("dmq").messages().getFirst();
    CliHarness _ = withSemp();

    assertThat(redrive("--queue", "dmq", "--yes"))
        .isEqualTo(
            new Run(
                0,
                """
                EVENT TYPE    MESSAGES  TO
                invoice.paid  3         audit
                                        invoices
                """,
                """
                3 messages were redriven
                note: each of these queues gets the message, including any that had it before.
                      To publish to one queue only:
                      stripebridge redrive --queue dmq --to-queue QUEUE
                """));

    awaitDepth("dmq", 0);
    assertThat(ids("invoices")).containsExactly("evt_1", "evt_2", "evt_3");
    assertThat(queue("audit").depth()).isEqualTo(6);
    RecordedMessage after = queue("invoices").messages().getFirst();
    assertThat(after.destination()).isEqualTo(before.destination());
    assertThat(after.payload()).isEqualTo(before.payload());
    assertThat(after.correlationId()).isEqualTo(before.correlationId());
    assertThat(after.httpContentType()).isEqualTo(before.httpContentType());
    assertThat(after.isDmqEligible()).isTrue();
    assertThat(after.properties())
        .containsAllEntriesOf(before.properties())
        .containsEntry("redrive_count", 1L)
        .containsEntry("redriven_from", "dmq")
        .containsKey("redriven_at");
  }

  @Test
  void publishesMessagesThatDiedByRedeliveryOrTimeToLive() throws Exception {
    vpn().updateQueue("invoices", Map.of("maxRedeliveryCount", 1));
    publisher.event("invoice.paid").await();
    for (int i = 0; i < 2; i++) {
      try (BrokerClient _ = new BrokerClient(broker, "app").consume("invoices", 1, 0)) {
        assertThat(queue("invoices").unacknowledged()).isEqualTo(1);
      }
    }
    awaitDepth("dmq", 1);
    vpn().updateQueue("invoices", Map.of("respectTtlEnabled", true, "maxTtl", 1));
    publisher.event("invoice.voided").await();
    awaitDepth("dmq", 2);
    vpn().updateQueue("invoices", Map.of("maxTtl", 0));

    assertThat(redrive("--queue", "dmq", "--yes").exitCode()).isZero();

    awaitDepth("dmq", 0);
    assertThat(ids("invoices")).containsExactly("evt_1", "evt_2");
    assertThat(queue("invoices").messages())
        .allSatisfy(message -> assertThat(message.timeToLive()).isZero());
  }

  @Test
  void previewsAndChangesNothing() throws Exception {
    reject(2);
    assertThat(redrive("--queue", "dmq", "--dry-run"))
        .isEqualTo(
            new Run(
                0,
                """
                EVENT TYPE    MESSAGES  TO
                invoice.paid  2         every queue that subscribes to its topic
                """,
                """
                2 messages would be redriven; nothing was touched
                note: the names of these queues are unknown: SOLACE_SEMP_HOST is not set
                note: each of these queues gets the message, including any that had it before.
                      To publish to one queue only:
                      stripebridge redrive --queue dmq --to-queue QUEUE
                """));
    assertThat(withSemp().run("redrive", "--queue", "dmq", "--dry-run", "-o", "json").out())
        .isEqualToIgnoringWhitespace(
            """
            {"from":"dmq","done":false,"messages":2,"stayed":0,"event_types":[
              {"event_type":"invoice.paid","messages":2,
               "topics":["stripe/webhook/v1/invoice/paid/acct_1"],
               "queues":["audit","invoices"]}]}
            """);
    assertThat(ids("dmq")).containsExactly("evt_1", "evt_2");
    assertThat(queue("dmq").counter("redeliveredMsgCount")).isZero();
    assertThat(queue("invoices").depth()).isZero();
  }

  @Test
  void publishesToOneQueueAndKeepsTheTopicForALaterRedrive() throws Exception {
    reject(1);
    Run run = redrive("--queue", "dmq", "--to-queue", "invoices", "--yes");
    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                "EVENT TYPE    MESSAGES  TO\ninvoice.paid  1         invoices\n",
                "1 message was redriven\n"));
    awaitDepth("dmq", 0);
    assertThat(queue("audit").depth()).isEqualTo(1);
    assertThat(queue("invoices").messages().getFirst().properties())
        .containsEntry("redrive_topic", "stripe/webhook/v1/invoice/paid/acct_1");

    try (BrokerClient _ = new BrokerClient(broker, "app").consume("invoices", 1, 1)) {
      awaitDepth("dmq", 1);
    }
    assertThat(redrive("--queue", "dmq", "--yes").exitCode()).isZero();
    awaitDepth("audit", 2);
    RecordedMessage again = queue("invoices").messages().getFirst();
    assertThat(again.destination()).isEqualTo("stripe/webhook/v1/invoice/paid/acct_1");
    assertThat(again.properties())
        .containsEntry("redrive_count", 2L)
        .doesNotContainKey("redrive_topic");
  }

  @Test
  void skipsAndNamesMessagesRedrivenTooOften() throws Exception {
    reject(2);
    for (int i = 1; i <= 2; i++) {
      assertThat(redrive("--queue", "dmq", "--yes", "--max-redrives", "2").exitCode()).isZero();
      try (BrokerClient _ = new BrokerClient(broker, "app").consume("invoices", 2, 2)) {
        awaitDepth("dmq", 2);
      }
    }
    Run run = redrive("--queue", "dmq", "--yes", "--max-redrives", "2");
    assertThat(run)
        .isEqualTo(
            new Run(
                3,
                "",
                """
                nothing was redriven
                evt_1 stays: it was redriven 2 times already; --max-redrives allows more
                evt_2 stays: it was redriven 2 times already; --max-redrives allows more
                """));
    assertThat(ids("dmq")).containsExactly("evt_1", "evt_2");
  }

  @Test
  void redrivesTheWantedNumberAndOnlyMatchingMessages() throws Exception {
    reject(5);
    CliHarness _ = withSemp();
    Run run = redrive("--queue", "dmq", "--yes", "--count", "2", "-o", "json");
    assertThat(run.err()).contains("3 messages are still on 'dmq'; --count or --all redrives more");
    awaitDepth("dmq", 3);
    assertThat(ids("dmq")).containsExactly("evt_3", "evt_4", "evt_5");

    assertThat(
            redrive("--queue", "dmq", "--yes", "--filter", "event_id=evt_4", "--rate", "50")
                .exitCode())
        .isZero();
    awaitDepth("dmq", 2);
    assertThat(ids("dmq")).containsExactly("evt_3", "evt_5");
    assertThat(ids("invoices")).containsExactly("evt_1", "evt_2", "evt_4");
  }

  @Test
  void changesNothingWithoutAYes() throws Exception {
    reject(1);
    assertThat(redrive("--queue", "dmq"))
        .isEqualTo(
            new Run(
                2,
                "",
                """
                error: nothing was touched: messages of 'dmq' would be redriven, and there is no \
                terminal to confirm it on
                hint:  pass --yes
                """));
    cli.onTerminal().env("NO_COLOR", "1");
    Run declined = cli.stdin("n\n").run("redrive", "--queue", "dmq", "--timeout", "300ms");
    assertThat(declined.exitCode()).isEqualTo(130);
    assertThat(declined.err())
        .startsWith("EVENT TYPE    MESSAGES  TO\n")
        .contains("1 message will be redriven. Go on? [y/N] error: stopped: nothing was touched\n");
    assertThat(queue("dmq").depth()).isEqualTo(1);
    assertThat(cli.stdin("y\n").run("redrive", "--queue", "dmq", "--timeout", "300ms").exitCode())
        .isZero();
    awaitDepth("dmq", 0);
  }

  @Test
  void stopsAtOnceWithoutPermissionToPublish() throws Exception {
    reject(3);
    vpn()
        .createAclProfile(
            "modest",
            Map.of("clientConnectDefaultAction", "allow", "publishTopicDefaultAction", "disallow"))
        .addPublishException("modest", "stripe/webhook/v1/>")
        .createClientUsername(
            "modest", Map.of("enabled", true, "password", "modest", "aclProfileName", "modest"));
    cli.env("SOLACE_USERNAME", "modest").env("SOLACE_PASSWORD", "modest");
    Run run = redrive("--queue", "dmq", "--to-queue", "invoices", "--yes");
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.err()).contains("cannot publish to queue 'invoices'", "stripe-bridge-operator");
    awaitDepth("dmq", 3);
    assertThat(ids("dmq")).containsExactly("evt_1", "evt_2", "evt_3");
    assertThat(queue("invoices").depth()).isZero();
  }

  @Test
  void leavesMessagesWhoseCopiesTheBrokerRefuses() throws Exception {
    reject(2);
    vpn().updateQueue("audit", Map.of("ingressEnabled", false));
    vpn().updateQueue("audit", Map.of("rejectMsgToSenderOnDiscardBehavior", "always"));
    Run run = redrive("--queue", "dmq", "--yes");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
    assertThat(run.err()).contains("evt_1 stays: the broker refused its copy:", "QUEUE_SHUTDOWN");
    awaitDepth("dmq", 2);
  }

  @Test
  void isRefusedWhileAnotherRedriveRuns() throws Exception {
    reject(1);
    BrokerAddress address =
        new BrokerAddress(BrokerAddress.Scheme.TCP, "127.0.0.1", broker.smfPort());
    SolaceSettings settings =
        new SolaceSettings(
            List.of(address),
            "default",
            "default",
            new Secret("default"),
            new TlsTrust.JavaDefault());
    try (QueueAccess.Session other = new SmfQueues(settings).open()) {
      other.reserve("stripebridge-redrive/dmq");
      Run run = redrive("--queue", "dmq", "--yes");
      assertThat(run.exitCode()).isEqualTo(4);
      assertThat(run.err())
          .startsWith("error: cannot redrive 'dmq': another redrive of it is running");
    }
    assertThat(queue("dmq").depth()).isEqualTo(1);
  }

  @Test
  void redrivesADrainedFileOnlyOnce() throws Exception {
    reject(3);
    assertThat(
            cli.run("drain", "--queue", "dmq", "--to", "dead", "--yes", "--timeout", "300ms")
                .exitCode())
        .isZero();
    Files.writeString(folder.resolve("dead"), Files.readString(folder.resolve("dead")) + "{\"to");

    Run first = redrive("--from-file", "dead", "--limit", "2", "--yes");
    assertThat(first.exitCode()).as(first.err()).isZero();
    Run second = redrive("--from-file", "dead", "--all", "--yes");
    assertThat(second.exitCode()).isEqualTo(3);
    assertThat(second.err())
        .contains(
            "1 message was redriven",
            "line 4: it is not well-formed JSON",
            "2 messages had been redriven before");
    Run third = redrive("--from-file", "dead", "--all", "--yes");
    assertThat(third.err()).contains("nothing was redriven");

    awaitDepth("invoices", 3);
    assertThat(ids("invoices")).containsExactly("evt_1", "evt_2", "evt_3");
    assertThat(queue("invoices").messages().getFirst().properties())
        .containsEntry("redriven_from", "dmq");
  }

  @Test
  void losesNothingWhenTheConnectionBreaks() throws Exception {
    vpn().createOpenQueue("source", "source/>");
    publishToDmq(5_000);
    try (CliHarness.Running redrive =
        cli.start("redrive", "--queue", "dmq", "--all", "--yes", "--timeout", "10s")) {
      for (int breaks = 1; breaks <= 3; breaks++) {
        long left = 5_000 - breaks * 1_000L;
        redrive.awaitThat(() -> queue("dmq").depth() <= left);
        broker.inject(new Fault.DropConnection(0));
      }
      Run run = redrive.join();
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
    awaitDepth("dmq", 0);
    assertThat(ids("invoices")).contains("evt_1", "evt_5000").hasSizeGreaterThanOrEqualTo(5_000);
    assertThat(ids("invoices").stream().distinct()).hasSize(5_000);
  }

  private void publishToDmq(int events) throws Exception {
    vpn().subscribe("dmq", "stripe/webhook/v1/invoice/>");
    publisher.events("invoice.paid", events).await();
    vpn().unsubscribe("dmq", "stripe/webhook/v1/invoice/>");
    assertThat(
            cli.run("drain", "--queue", "invoices", "--discard", "--yes", "--timeout", "300ms")
                .exitCode())
        .isZero();
    awaitDepth("invoices", 0);
  }

  @Test
  void stopsWithAReport() throws Exception {
    publishToDmq(20_000);
    Run run;
    try (CliHarness.Running redrive = cli.start("redrive", "--queue", "dmq", "--all", "--yes")) {
      redrive.awaitThat(() -> queue("dmq").depth() <= 19_000);
      run = redrive.stop();
    }
    assertThat(run.exitCode()).isEqualTo(130);
    assertThat(run.err()).startsWith("stopped: ");
    long redriven = queue("invoices").depth();
    awaitDepth("dmq", 20_000 - redriven);
  }

  @Test
  void stopsEvenWhenTheBrokerAcknowledgesNothing() throws Exception {
    publishToDmq(1_000);
    broker.inject(new Fault.StallAcks());
    Run run;
    try (CliHarness.Running redrive =
        cli.onTrueTime().start("redrive", "--queue", "dmq", "--all", "--yes")) {
      redrive.awaitThat(() -> queue("invoices").depth() >= 200);
      run = redrive.stop();
    }
    assertThat(run.exitCode()).isEqualTo(130);
    assertThat(run.err()).contains("its copy was sent but not acknowledged");
    // A message stays in the queue until its copy is acknowledged.
    awaitDepth("dmq", 1_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--yes",
        "--queue dmq --from-file f --yes",
        "--queue dmq --all --limit 3",
        "--queue dmq --to-queue dmq",
        "--queue dmq --max-redrives 0",
        "--from-file nope --yes",
        "--queue nope --yes"
      })
  void refusesWrongUsage(String options) {
    assertThat(redrive(options.split(" ", -1)).exitCode()).isEqualTo(2);
  }
}
