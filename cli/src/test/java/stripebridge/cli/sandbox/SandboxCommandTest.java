package stripebridge.cli.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.Queue;
import com.solacesystems.jcsmp.TextMessage;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.cli.CliHarness;
import stripebridge.cli.ExitCode;

class SandboxCommandTest {
  private static final String[] PORTS = {
    "sandbox", "--sandbox-smf-port", "0", "--sandbox-semp-port", "0"
  };

  @TempDir private Path folder;

  private CliHarness cli() {
    return new CliHarness(folder);
  }

  private static String[] args(String... more) {
    String[] all = Arrays.copyOf(PORTS, PORTS.length + more.length);
    System.arraycopy(more, 0, all, PORTS.length, more.length);
    return all;
  }

  private static String exported(CliHarness.Running sandbox, String name)
      throws InterruptedException {
    return sandbox.await("^export " + name + "=(\\S+)$").group(1);
  }

  /// Connects as the printed snippet does.
  private static JCSMPSession connect(CliHarness.Running sandbox, Map<String, String> more)
      throws Exception {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, exported(sandbox, "SOLACE_HOST"));
    properties.setProperty(JCSMPProperties.VPN_NAME, exported(sandbox, "SOLACE_VPN"));
    properties.setProperty(
        JCSMPProperties.USERNAME,
        more.containsKey("username") ? more.get("username") : exported(sandbox, "SOLACE_USERNAME"));
    properties.setProperty(
        JCSMPProperties.PASSWORD,
        more.containsKey("password") ? more.get("password") : exported(sandbox, "SOLACE_PASSWORD"));
    JCSMPSession session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    return session;
  }

  private static void publish(JCSMPSession session, String topic) throws Exception {
    CompletableFuture<Object> acknowledged = new CompletableFuture<>();
    XMLMessageProducer producer =
        session.getMessageProducer(
            new JCSMPStreamingPublishCorrelatingEventHandler() {
              @Override
              public void responseReceivedEx(Object key) {
                acknowledged.complete("");
              }

              @Override
              public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
                acknowledged.completeExceptionally(cause);
              }
            });
    TextMessage message = JCSMPFactory.onlyInstance().createMessage(TextMessage.class);
    message.setText("hello");
    message.setDeliveryMode(DeliveryMode.PERSISTENT);
    message.setAckImmediately(true);
    message.setCorrelationKey("");
    try {
      producer.send(message, JCSMPFactory.onlyInstance().createTopic(topic));
      acknowledged.get(30, TimeUnit.SECONDS);
    } finally {
      producer.close();
    }
  }

  private static BytesXMLMessage consume(JCSMPSession session, String name) throws Exception {
    Queue queue = JCSMPFactory.onlyInstance().createQueue(name);
    ConsumerFlowProperties flow = new ConsumerFlowProperties();
    flow.setEndpoint(queue);
    FlowReceiver receiver = session.createFlow(null, flow);
    receiver.start();
    BytesXMLMessage message = receiver.receive(30_000);
    receiver.close();
    return message;
  }

  @Test
  void deliversAMessageWithTheShippedTopology() throws Exception {
    Files.copy(Path.of("..", "topology.yaml"), folder.resolve("topology.yaml"));
    try (CliHarness.Running sandbox = cli().start(args("--topology", "topology.yaml"))) {
      assertThat(exported(sandbox, "SOLACE_USERNAME")).isEqualTo("stripe-bridge-user");
      JCSMPSession session = connect(sandbox, Map.of());
      publish(session, "stripe/webhook/v1/payout/failed/acct_1");

      assertThat(((TextMessage) consume(session, "stripe.all.inbound")).getText())
          .isEqualTo("hello");
      session.closeSession();

      assertThat(sandbox.stop().exitCode()).isZero();
    }
  }

  @Test
  void doesNotPrintAPasswordFromTheEnvironment() throws Exception {
    Files.copy(Path.of("..", "topology.yaml"), folder.resolve("topology.yaml"));
    CliHarness cli = cli().env("SOLACE_PASSWORD", "sesame-42");
    try (CliHarness.Running sandbox = cli.start(args("--topology", "topology.yaml"))) {
      connect(sandbox, Map.of("password", "sesame-42")).closeSession();

      CliHarness.Run run = sandbox.stop();
      assertThat(run.out()).doesNotContain("sesame").doesNotContain("export SOLACE_PASSWORD");
      assertThat(run.err()).doesNotContain("sesame");
    }
  }

  @Test
  void allowsOneUserWithoutATopology() throws Exception {
    try (CliHarness.Running sandbox = cli().start(PORTS)) {
      JCSMPSession session = connect(sandbox, Map.of());
      publish(session, "any/topic");
      session.closeSession();
    }
  }

  @Test
  void deletesItsCertificate() throws Exception {
    try (CliHarness.Running sandbox = cli().start(args("--tls"))) {
      Path certificate = Path.of(exported(sandbox, "SOLACE_TLS_CA_CERT_PATH"));
      assertThat(exported(sandbox, "SOLACE_HOST")).startsWith("tcps://");
      assertThat(exported(sandbox, "SOLACE_SEMP_HOST")).startsWith("https://");
      assertThat(certificate).content().startsWith("-----BEGIN CERTIFICATE-----");

      assertThat(sandbox.stop().exitCode()).isZero();
      assertThat(certificate).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--sandbox-smf-port", "--sandbox-semp-port", "--ws-port"})
  void reportsATakenPort(String option) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      CliHarness.Run run =
          cli()
              .env("SANDBOX_SMF_PORT", "0")
              .env("SANDBOX_SEMP_PORT", "0")
              .run("sandbox", option, port);
      assertThat(run.exitCode()).isEqualTo(ExitCode.UNAVAILABLE.value());
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .startsWith("error: cannot start the sandbox: cannot listen on 127.0.0.1:" + port)
          .contains("hint:  stop the process that listens there");
    }
  }

  @Test
  void reportsTheSyntaxOfAFault() {
    assertThat(cli().run(args("--fault", "outge=1s")))
        .isEqualTo(
            new CliHarness.Run(
                2,
                "",
                """
                error: there is no fault 'outge'
                hint:  did you mean 'outage'?
                """));
    assertThat(cli().run(args("--fault", "reject=QUEUE_SHUTDOWN")))
        .isEqualTo(
            new CliHarness.Run(
                2,
                "",
                """
                error: cannot read the fault 'reject=QUEUE_SHUTDOWN': it takes a count and a \
                reason with a ':' between them
                hint:  write it as in '--fault reject=3:QUEUE_SHUTDOWN'
                """));
  }

  @Test
  void refusesAFaultThatIsImpossibleAtTheStart() {
    assertThat(cli().run(args("--fault", "drop-connections=0")).err())
        .contains("at the start there is no connection to drop")
        .contains("--fault drop-connections=100");
    assertThat(cli().run(args("--fault", "reject=1:FULL")).err())
        .contains("there is no refusal 'FULL', only [MESSAGE_TOO_LARGE, ");
  }

  @ParameterizedTest
  @CsvSource({
    "--ws-port, 70000, cannot listen on --ws-port 70000",
    "--bind, localhost, cannot listen on 'localhost': it is not an IP address",
    // Reserved for documentation, so no machine has it.
    "--bind, 192.0.2.1, cannot listen on '192.0.2.1': this machine does not have that address",
  })
  void refusesUnusableAddresses(String option, String value, String message) {
    CliHarness.Run run = cli().run(args(option, value));
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE.value());
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("error: " + message).contains("hint:  pass ");
  }

  @Test
  void delaysItsClients() throws Exception {
    try (CliHarness.Running sandbox = cli().start(args("--latency", "25ms"))) {
      sandbox.awaitError("note: clients are a round trip of 25 ms away: 12\\.5 ms each way");
      JCSMPSession session = connect(sandbox, Map.of());
      long start = System.nanoTime();
      publish(session, "t");
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(25));
      session.closeSession();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.001s, takes a duration from 0ms to 10s",
    "2m, takes a duration from 0ms to 10s",
    "-1ms, is not a duration such as 500ms",
    "fast, is not a duration such as 500ms"
  })
  void refusesAnImpossibleLatency(String latency, String message) {
    CliHarness.Run run = cli().run("sandbox", "--latency=" + latency);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("error: ").contains("--latency", message);
  }

  @Test
  void ignoresSettingsForARealBroker() throws Exception {
    CliHarness cli =
        cli().file(".env", "SOLACE_HSOT=tcp://elsewhere\nAPP_PORT=many\n").env("APP_PORT", "many");
    try (CliHarness.Running sandbox = cli.start(PORTS)) {
      connect(sandbox, Map.of()).closeSession();
      assertThat(sandbox.stop().err()).contains("note: .env is not read");
    }
  }

  @Test
  void readsItsPortsFromTheEnvironment() {
    assertThat(cli().env("SANDBOX_SEMP_PORT", "many").run("sandbox").err())
        .contains("SANDBOX_SEMP_PORT: must be a port");
  }

  /// The printed exports must override existing settings.
  @Test
  void printsValidSettings() throws Exception {
    String lines;
    try (CliHarness.Running sandbox = cli().start(args("--tls"))) {
      exported(sandbox, "SOLACE_SEMP_PASSWORD");
      lines = sandbox.stop().out();
    }
    assertThat(lines).contains("unset SOLACE_HOST_FILE ").contains(" SOLACE_SEMP_TOKEN ");
    CliHarness next = cli().file(".env", "SOLACE_TLS_ENABLED=false\nSOLACE_SEMP_TOKEN=another\n");
    lines
        .lines()
        .filter(line -> line.startsWith("export "))
        .map(line -> line.substring("export ".length()).split("=", 2))
        .forEach(pair -> next.env(pair[0], pair[1]));
    CliHarness.Run run = next.run("config", "show");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern("SOLACE_TLS_ENABLED +environment +true")
        .containsPattern("SOLACE_SEMP_TLS_CA_CERT_PATH +environment +\\S+\\.pem");
  }

  @Test
  void allowsOnlyUsersOfTheTopology() throws Exception {
    CliHarness cli = cli().file("users.yaml", users("orders-user", "ORDERS_PASSWORD"));
    try (CliHarness.Running sandbox = cli.start(args("--topology", "users.yaml"))) {
      assertThat(exported(sandbox, "SOLACE_USERNAME")).isEqualTo("orders-user");
      String password = exported(sandbox, "ORDERS_PASSWORD");
      // The shell expands it.
      assertThat(sandbox.await("^export SOLACE_PASSWORD=(.+)$").group(1))
          .isEqualTo("\"$ORDERS_PASSWORD\"");
      connect(sandbox, Map.of("password", password)).closeSession();
      assertThatThrownBy(
              () -> connect(sandbox, Map.of("username", "default", "password", "default")))
          .isInstanceOf(JCSMPException.class);
    }
  }

  @Test
  void keepsTheDefaultUserIfTheTopologyNamesIt() throws Exception {
    CliHarness cli = cli().file("users.yaml", users("default", "SOLACE_PASSWORD"));
    try (CliHarness.Running sandbox = cli.start(args("--topology", "users.yaml"))) {
      connect(sandbox, Map.of()).closeSession();
    }
  }

  private static String users(String name, String variable) {
    return """
    version: 1
    clientProfiles:
      p: {allowGuaranteedMsgSendEnabled: true}
    aclProfiles:
      a: {clientConnectDefaultAction: allow}
    clientUsernames:
      %s: {enabled: true, clientProfileName: p, aclProfileName: a, password: "${env:%s}"}
    """
        .formatted(name, variable);
  }

  @Test
  void injectsFaultsAtTheStart() throws Exception {
    try (CliHarness.Running sandbox =
        cli().start(args("--fault", "reject=1:SPOOL_OVER_QUOTA", "--fault", "slow-acks=1ms"))) {
      JCSMPSession session = connect(sandbox, Map.of());
      assertThat(catchThrowable(() -> publish(session, "a/b")))
          .hasMessageContaining("Spool Over Quota");
      publish(session, "a/b");
      session.closeSession();
    }
  }
}
