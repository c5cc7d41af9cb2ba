package stripebridge.cli.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static stripebridge.cli.ProvisionHarness.plan;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.ProvisionHarness;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxException;

/// Brokers that are unavailable, refuse, or disappear midway.
class ProvisionFailureTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private static String many(int queues) {
    StringBuilder yaml =
        new StringBuilder(
            """
            version: 1
            queueDefaults:
              ingressEnabled: true
              egressEnabled: true
              deadMsgQueue: ""
              rejectMsgToSenderOnDiscardBehavior: always
            accept:
              endless-redelivery: a test
              one-holds-all: a test
            manages:
              queues: [many.]
            queues:
            """);
    for (int i = 0; i < queues; i++) {
      yaml.append(
          """
            many.%04d:
              subscriptions: [stripe/webhook/v1/error/*/acct_%d, a/%d/>, b/%d/>]
          """
              .formatted(i, i, i, i));
    }
    return yaml.toString();
  }

  @Test
  void exitsWith5OnWrongCredentials() {
    try (ProvisionHarness harness = ProvisionHarness.shipped(folder)) {
      harness.cli().env("SOLACE_SEMP_PASSWORD", "guessed");
      CliHarness.Run run = harness.run();
      assertThat(run.exitCode()).isEqualTo(5);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .startsWith("error: cannot ")
          .contains("hint:  set SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD")
          .doesNotContain("guessed");
    }
  }

  @Test
  void exitsWith4WithoutABroker() throws IOException {
    String port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = Integer.toString(socket.getLocalPort());
    }
    try (ProvisionHarness harness = ProvisionHarness.shipped(folder)) {
      CliHarness.Run run =
          harness.run("--solace-semp-host", "http://127.0.0.1:" + port, "--timeout", "2");
      assertThat(run.exitCode()).isEqualTo(4);
      assertThat(run.err())
          .startsWith("error: cannot ")
          .contains("hint:  set SOLACE_SEMP_HOST, or start a broker with 'stripebridge sandbox'");
    }
  }

  @Test
  void exitsWith4WhenTheBrokerDoesNotAnswer() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ProvisionHarness harness = ProvisionHarness.shipped(folder)) {
      CliHarness.Run run =
          harness.run(
              "--solace-semp-host", "http://127.0.0.1:" + mute.getLocalPort(), "--timeout", "1");
      assertThat(run.exitCode()).isEqualTo(4);
    }
  }

  @Test
  void exitsWith2WithoutTheVpn() {
    try (ProvisionHarness harness = ProvisionHarness.shipped(folder)) {
      CliHarness.Run run = harness.run("--solace-vpn", "nowhere");
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("nowhere").contains("SOLACE_VPN, and topology.yaml\n");
    }
  }

  @Test
  void reportsWhatWasDoneOnAFailure() throws InterruptedException {
    try (ProvisionHarness harness = new ProvisionHarness(folder).topology(many(300))) {
      try (CliHarness.Running running = harness.start("--timeout", "1")) {
        await(harness, "many.0020");
        harness.broker().inject(new Fault.FailSemp(503, 1_000_000));
        CliHarness.Run run = running.join();
        assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
        assertThat(run.err())
            .contains("partly done: ")
            .contains("run the command again for the rest");
        assertThat(run.out())
            .contains("queue         created\n")
            .contains("queue         not done\n");
      }
      harness.broker().clearFaults();
      assertThat(harness.run("--check").exitCode()).isEqualTo(3);
      CliHarness.Run rest = harness.run();
      assertThat(rest.exitCode()).as(rest.err()).isZero();
      assertThat(plan(harness.run("--check"))).startsWith("No changes: 1200 as wanted.\n");
    }
  }

  @Test
  void reportsWhatWasDoneOnAnInterrupt() throws InterruptedException {
    try (ProvisionHarness harness = new ProvisionHarness(folder).topology(many(300))) {
      try (CliHarness.Running running = harness.start()) {
        await(harness, "many.0020");
        CliHarness.Run run = running.stop();
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
            .contains("interrupted: ")
            .contains("; run the command again for the rest");
        assertThat(run.out()).contains("queue         not done\n");
      }
      assertThat(harness.run().exitCode()).isZero();
      assertThat(harness.run("--check").exitCode()).isZero();
    }
  }

  @Test
  void provisionsAThousandQueues() {
    try (ProvisionHarness harness = new ProvisionHarness(folder).topology(many(1_000))) {
      harness.cli().env("NO_COLOR", "1").onTerminal();
      CliHarness.Run run = harness.run();
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out()).contains("\n4000 to create.\n");
      assertThat(run.err())
          .startsWith("\r\u001b[Kapplying [..............................")
          .contains(" of 4,000  ")
          .endsWith("\r\u001b[K");
      assertThat(plan(harness.run("--check", "--strict")))
          .isEqualTo(
              """
              No changes: 4000 as wanted.
              Findings accepted: one-holds-all, endless-redelivery.
              """);
      harness.topology(many(10));
      CliHarness.Run pruned = harness.run("--prune", "--yes");
      assertThat(pruned.exitCode()).as(pruned.err()).isZero();
      assertThat(pruned.out()).contains("\n990 to delete, 40 unchanged.\n");
    }
  }

  private static void await(ProvisionHarness harness, String queue) {
    Instant deadline = Instant.now().plus(DEADLINE);
    while (!exists(harness, queue)) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("no queue " + queue);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static boolean exists(ProvisionHarness harness, String queue) {
    try {
      return harness.vpn().queue(queue).depth() == 0;
    } catch (SandboxException _) {
      return false;
    }
  }
}
