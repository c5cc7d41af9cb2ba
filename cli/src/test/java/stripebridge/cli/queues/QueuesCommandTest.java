package stripebridge.cli.queues;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.cli.BrokerClient;
import stripebridge.cli.CliHarness;
import stripebridge.cli.ProvisionHarness;
import stripebridge.sandbox.Fault;

/// Queues of a sandbox, used by the official client. The harness's clock is behind the sandbox's,
/// so every message has age zero.
class QueuesCommandTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @TempDir private Path folder;

  /// A queue of each kind.
  private ProvisionHarness busy(BrokerUse use) throws Exception {
    ProvisionHarness harness = new ProvisionHarness(folder);
    harness
        .vpn()
        .createOpenQueue("orders.all", "orders/>")
        .createOpenQueue("orders.dmq")
        .createOpenQueue("orders.eu", "orders/eu")
        .createOpenQueue("orders.full", "large")
        .createOpenQueue("orders.shut", "orders/eu");
    for (String queue : new String[] {"orders.all", "orders.eu", "orders.full", "orders.shut"}) {
      harness.queue(queue, Map.of("deadMsgQueue", "orders.dmq"));
    }
    harness
        .queue("orders.dmq", Map.of("deadMsgQueue", ""))
        .queue("orders.full", Map.of("maxMsgSpoolUsage", 1))
        .queue(
            "orders.shut",
            Map.of("ingressEnabled", false, "rejectMsgToSenderOnDiscardBehavior", "never"));
    try (BrokerClient client = new BrokerClient(harness.broker(), "worker/1")) {
      client.publish("orders/eu", 4, 1_000).publish("large", 1, 900_000);
      client.consume("orders.eu", 3, 1);
      awaitDepth(harness, "orders.dmq", 1);
      use.run(harness);
    } finally {
      harness.close();
    }
    return harness;
  }

  private interface BrokerUse {
    void run(ProvisionHarness harness) throws Exception;
  }

  /// Settlements reach the broker with a delay.
  private static void awaitDepth(ProvisionHarness harness, String queue, int messages) {
    Instant deadline = Instant.now().plus(DEADLINE);
    while (harness.vpn().queue(queue).depth() != messages) {
      assertThat(Instant.now()).isBefore(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void showsAllQueuesAndTheirProblems() throws Exception {
    busy(harness ->
        assertThat(harness.cli().run("queues"))
            .isEqualTo(
                new CliHarness.Run(
                    0,
                    """
                      QUEUE        MSGS  SPOOLED  CONSUMERS  UNACKED  OLDEST  \
                    STATE    REDELIVERED  TO DMQ  DISCARDED  DMQ
                    ! orders.all      4   4.2 kB          0        0      0s  \
                    open               0       0          0  orders.dmq
                    ! orders.dmq      1     1 kB          0        0      0s  \
                    open               0       0          0  -
                      orders.eu       3   3.1 kB          1        3      0s  \
                    open               0       0          0  orders.dmq
                    ! orders.full     1   900 kB          0        0      0s  \
                    open               0       0          0  orders.dmq
                    ! orders.shut     0      0 B          0        0       -  \
                    in shut            0       0          4  orders.dmq

                    ! orders.all has no consumer and holds 4 messages
                    ! orders.dmq holds 1 dead message
                    ! orders.full has no consumer and holds 1 message; \
                    uses 90 % of its quota of 1 MB
                    ! orders.shut ingress is shut, so no message gets in; \
                    has discarded 4 messages: ingress shut
                    """,
                    "")));
  }

  @Test
  void fitsTheTerminalAndColorsTheMarks() throws Exception {
    busy(harness ->
        assertThat(harness.cli().onTerminal().env("COLUMNS", "60").run("queues"))
            .isEqualTo(
                new CliHarness.Run(
                    0,
                    """
                    \u001b[1m  QUEUE        MSGS  SPOOLED  CONSUMERS  UNACKED  OLDEST\u001b[0m
                    \u001b[33m! orders.all\u001b[0m      4   4.2 kB          0        0      0s
                    \u001b[33m! orders.dmq\u001b[0m      1     1 kB          0        0      0s
                      orders.eu       3   3.1 kB          1        3      0s
                    \u001b[33m! orders.full\u001b[0m     1   900 kB          0        0      0s
                    \u001b[31m! orders.shut\u001b[0m     0      0 B          0        0       -

                    \u001b[33m!\u001b[0m orders.all has no consumer and holds 4 messages
                    \u001b[33m!\u001b[0m orders.dmq holds 1 dead message
                    \u001b[33m!\u001b[0m orders.full has no consumer and holds 1 message; uses 90 %
                      of its quota of 1 MB
                    \u001b[31m!\u001b[0m orders.shut ingress is shut, so no message gets in; has
                      discarded 4 messages: ingress shut
                    """,
                    "")));
  }

  @Test
  void showsOneQueueWithItsConsumersAndSubscriptions() throws Exception {
    busy(harness ->
        assertThat(timeless(harness.cli().run("queues", "orders.eu")))
            .isEqualTo(
                new CliHarness.Run(
                    0,
                    """
                    orders.eu
                      messages        3, the oldest 0s
                      unacknowledged  3
                      spooled         3.1 kB of 5 GB (0 %)
                      ingress         on
                      egress          on
                      DMQ             orders.dmq
                      came in         4
                      redelivered     0
                      moved to DMQ    0
                      lost to DMQ     0
                      discarded       0
                      deleted         0

                    CONSUMER  ACTIVE  UNACKED  WINDOW  BOUND FOR
                    worker/1  yes           3     WIN         0s

                    SUBSCRIPTION
                    orders/eu
                    """,
                    "")));
  }

  @Test
  void writesRawNumbersForPrograms() throws Exception {
    busy(harness -> {
      CliHarness.Run run = harness.cli().run("queues", "orders.eu", "-o", "json");
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(timeless(run.out()))
          .isEqualTo(
              """
              {
                "vpn" : "default",
                "at" : "TIME",
                "queue" : {
                  "name" : "orders.eu",
                  "messages" : 3,
                  "messages_counted" : true,
                  "unacknowledged" : 3,
                  "spooled_bytes" : 3144,
                  "quota_megabytes" : 5000,
                  "consumers" : 1,
                  "oldest_message_at" : "TIME",
                  "oldest_message_age_seconds" : 0,
                  "ingress_enabled" : true,
                  "egress_enabled" : true,
                  "dead_msg_queue" : "orders.dmq",
                  "spooled" : 4,
                  "redelivered" : 0,
                  "moved_to_dmq" : 0,
                  "lost_to_dmq" : 0,
                  "deleted" : 0,
                  "discarded" : { },
                  "troubles" : [ ],
                  "flows" : [ {
                    "id" : ID,
                    "client_name" : "worker/1",
                    "activity" : "active-consumer",
                    "unacknowledged" : 3,
                    "window_size" : WIN,
                    "bound_since" : "TIME"
                  } ],
                  "subscriptions" : [ "orders/eu" ],
                  "is_dmq_of" : [ ]
                }
              }
              """);
      assertThat(timeless(harness.cli().run("queues", "--filter", "*.full", "-o", "yaml").out()))
          .isEqualTo(
              """
              vpn: default
              at: TIME
              queues:
              - name: orders.full
                messages: 1
                messages_counted: true
                unacknowledged: 0
                spooled_bytes: 900045
                quota_megabytes: 1
                consumers: 0
                oldest_message_at: TIME
                oldest_message_age_seconds: 0
                ingress_enabled: true
                egress_enabled: true
                dead_msg_queue: orders.dmq
                spooled: 1
                redelivered: 0
                moved_to_dmq: 0
                lost_to_dmq: 0
                deleted: 0
                discarded: {}
                troubles:
                - kind: no-consumer
                  text: has no consumer and holds 1 message
                - kind: nearly-full
                  text: uses 90 % of its quota of 1 MB
              """);
    });
  }

  /// The run without values that differ from run to run.
  private static CliHarness.Run timeless(CliHarness.Run run) {
    return new CliHarness.Run(run.exitCode(), timeless(run.out()), run.err());
  }

  private static String timeless(String text) {
    return text.replaceAll("20[0-9T:-]+Z", "TIME")
        .replaceAll("\"id\" : [0-9]+", "\"id\" : ID")
        // The client shrinks its window until it has read what it was sent.
        .replaceAll("(\"window_size\" : |worker/1  yes           3     )25[0-9]", "$1WIN");
  }

  @Test
  void showsMatchingQueues() throws Exception {
    busy(harness -> {
      CliHarness.Run run = harness.cli().run("queues", "--filter", "*.a?l");
      assertThat(run.out().lines()).hasSize(4);
      assertThat(run.out()).contains("! orders.all").doesNotContain("orders.eu");
      assertThat(harness.cli().run("queues", "--filter", "nothing*").err())
          .isEqualTo("note: message VPN 'default' has no matching queue\n");
    });
  }

  @Test
  void suggestsASimilarName() throws Exception {
    busy(harness -> {
      assertThat(harness.cli().run("queues", "order.eu"))
          .isEqualTo(
              new CliHarness.Run(
                  2,
                  "",
                  """
                  error: cannot show queue 'order.eu': the message VPN has no queue of that name
                  hint:  did you mean 'orders.eu'?
                  """));
      assertThat(harness.cli().run("queues", "x").err())
          .contains("hint:  'stripebridge queues' lists the queues");
    });
  }

  @Test
  void refusesContradictionsAndInvalidIntervals() {
    CliHarness cli = new CliHarness(folder);
    assertThat(cli.run("queues", "q", "--name", "*").err())
        .startsWith("error: --name does not go with the name of one queue\n");
    for (String interval : new String[] {"10ms", "0.05", "61m", "2h"}) {
      CliHarness.Run run = cli.run("queues", "--watch", "--interval", interval);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .startsWith("error: --interval takes a duration from 100ms to 60m, such as 2s\n");
    }
    for (String interval : new String[] {"soon", "-1s", ""}) {
      CliHarness.Run run = cli.run("queues", "--watch", "--interval", interval);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).startsWith("error: invalid value for option '--interval'");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--watch"})
  void endsWith5WhenTheCredentialsAreWrong(String watch) {
    try (ProvisionHarness harness = new ProvisionHarness(folder)) {
      CliHarness cli = harness.cli().env("SOLACE_SEMP_PASSWORD", "guessed");
      CliHarness.Run run = watch.isEmpty() ? cli.run("queues") : cli.run("queues", watch);
      assertThat(run.exitCode()).isEqualTo(5);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .startsWith("error: cannot read how the queues of message VPN 'default' are used: ")
          .contains("hint:  set SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD")
          .doesNotContain("guessed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--watch"})
  void endsWith4WhenTheBrokerIsDown(String watch) throws IOException {
    String port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = Integer.toString(socket.getLocalPort());
    }
    try (ProvisionHarness harness = new ProvisionHarness(folder)) {
      CliHarness cli = harness.cli().env("SOLACE_SEMP_HOST", "http://127.0.0.1:" + port);
      CliHarness.Run run = watch.isEmpty() ? cli.run("queues") : cli.run("queues", watch);
      assertThat(run.exitCode()).isEqualTo(4);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).contains("hint:  set SOLACE_SEMP_HOST, or start a broker with");
    }
  }

  @Test
  void endsWith2WhenThereIsNoSuchVpn() {
    try (ProvisionHarness harness = new ProvisionHarness(folder)) {
      CliHarness.Run run = harness.cli().run("queues", "--solace-vpn", "nowhere");
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .contains("hint:  check SOLACE_SEMP_HOST, SOLACE_SEMP_TLS_CA_CERT_PATH and SOLACE_VPN\n");
    }
  }

  @Test
  void printsATableAtEachIntervalUntilItIsStopped() throws Exception {
    try (ProvisionHarness harness = new ProvisionHarness(folder);
        BrokerClient client = new BrokerClient(harness.broker(), "c")) {
      harness.vpn().createOpenQueue("q", "a");
      try (CliHarness.Running watch =
          harness.cli().start("queues", "--watch", "--interval", "100ms")) {
        MatchResult _ = watch.await("^  q +0 +- +- +▁ ");
        client.publish("a", 1, 10).consume("q", 1, 0);
        MatchResult _ = watch.await("^  q +1 +0 +0 +▁+█+ ");
        CliHarness.Run run = watch.stop();
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("\n\n  QUEUE  MSGS  IN/S  OUT/S  TREND ");
      }
    }
  }

  @Test
  void printsADocumentALineAndGoesOnWhenTheBrokerIsBack() throws Exception {
    try (ProvisionHarness harness = new ProvisionHarness(folder)) {
      harness.vpn().createOpenQueue("q", "a");
      try (CliHarness.Running watch =
          harness.cli().start("queues", "-o", "json", "--watch", "--interval", "100ms")) {
        MatchResult _ = watch.await("in_per_second\":0.0");
        // As many requests as fail before the broker counts as down.
        harness.broker().inject(new Fault.FailSemp(503, 6));
        MatchResult _ = watch.awaitError("^note: the broker answers again$");
        CliHarness.Run run = watch.stop();
        assertThat(run.exitCode()).isZero();
        assertThat(run.err())
            .startsWith("note: no answer since 2026-07-29T08:00:00Z: cannot read how the queues ");
        assertThat(run.out().lines())
            .allSatisfy(line -> assertThat(line).startsWith("{\"vpn\":").endsWith("]}"));
      }
    }
  }

  @Test
  void endsWith5WhenItIsRefusedWhileWatching() throws Exception {
    try (ProvisionHarness harness = new ProvisionHarness(folder)) {
      try (CliHarness.Running watch =
          harness.cli().start("queues", "-o", "yaml", "--watch", "--interval", "100ms")) {
        MatchResult _ = watch.await("^---$");
        harness.broker().inject(new Fault.FailSemp(401, 1));
        assertThat(watch.join().exitCode()).isEqualTo(5);
      }
    }
  }
}
