package stripebridge.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Running;
import stripebridge.sandbox.SandboxBroker;

/// Files that `serve` can read once, or not at all. None may end the reading of the others.
class ServeOddFilesTest {
  private static final String TOPOLOGY =
      """
      version: 1
      routes:
        payment_intent.succeeded: stripe/webhook/v1/payment_intent/succeeded
      """;

  private final SandboxBroker broker = SandboxBroker.start();
  @TempDir Path folder;
  private CliHarness cli;

  @BeforeEach
  void set() {
    cli =
        new CliHarness(folder)
            .onTrueTime()
            .env("SOLACE_HOST", broker.smfUri())
            .env("SOLACE_VPN", "default")
            .env("SOLACE_USERNAME", "default")
            .env("SOLACE_PASSWORD", "default")
            .file("secret", "live=whsec_old")
            .env("STRIPE_WEBHOOK_SECRET_FILE", "secret")
            .env("APP_HOST", "127.0.0.1")
            .env("APP_PORT", "0");
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  /// The next secret is still taken.
  private void takesTheNextSecret(Running serve) throws InterruptedException {
    cli.file("secret", "next=whsec_new");
    serve.reload();
    serve.await("\"setting_reloaded\",\"setting\":\"STRIPE_WEBHOOK_SECRET\"");
  }

  @Test
  void aTopologyOfManyGigabytesKeepsTheRoutes() throws Exception {
    cli.file("topology.yaml", TOPOLOGY);
    try (Running serve = cli.start("serve")) {
      RunningBridge.await(serve);
      try (RandomAccessFile file =
          new RandomAccessFile(folder.resolve("topology.yaml").toFile(), "rw")) {
        file.setLength(3L << 30); // Sparse.
      }
      serve.reload();
      serve.await("\"routes_not_reloaded\".*larger than");
      takesTheNextSecret(serve);
    }
  }

  @Test
  void aTopologyThatIsDeletedIsSaidToBeMissing() throws Exception {
    cli.file("topology.yaml", TOPOLOGY);
    try (Running serve = cli.start("serve")) {
      RunningBridge.await(serve);
      Files.delete(folder.resolve("topology.yaml"));
      serve.reload();
      serve.await("\"routes_not_reloaded\".*no such file");
    }
  }

  @Test
  void aPipeInPlaceOfTheTopologyKeepsTheRoutes() throws Exception {
    cli.file("topology.yaml", TOPOLOGY);
    try (Running serve = cli.start("serve")) {
      RunningBridge.await(serve);
      Files.delete(folder.resolve("topology.yaml"));
      pipe("topology.yaml");
      serve.reload();
      serve.await("\"routes_not_reloaded\".*not a regular file");
      takesTheNextSecret(serve);
    }
  }

  @Test
  void aPipeInPlaceOfASecretKeepsIt() throws Exception {
    try (Running serve = cli.start("serve")) {
      RunningBridge.await(serve);
      Files.delete(folder.resolve("secret"));
      pipe("secret");
      serve.reload();
      serve.await("\"setting_not_reloaded\".*not a regular file");
      Files.delete(folder.resolve("secret"));
      takesTheNextSecret(serve);
    }
  }

  @Test
  void aTopologyFromStandardInputIsReadOnce() throws Exception {
    try (Running serve = cli.stdin(TOPOLOGY).start("serve", "--topology", "-")) {
      RunningBridge bridge = RunningBridge.await(serve);
      serve.passPollingTime();
      serve.passPollingTime();
      takesTheNextSecret(serve);
      assertThat(bridge.metrics()).doesNotContain("routes_reload_rejected 1.0");
      assertThat(serve.stop().out()).doesNotContain("routes_not_reloaded");
    }
  }

  /// As bash does it for `STRIPE_WEBHOOK_SECRET_FILE=<(…)`.
  @Test
  void aSecretFromAPipeIsReadOnce() throws Exception {
    pipe("once");
    Thread writer =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                Files.writeString(folder.resolve("once"), "live=whsec_piped");
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    try (Running serve = cli.env("STRIPE_WEBHOOK_SECRET_FILE", "once").start("serve")) {
      RunningBridge bridge = RunningBridge.await(serve);
      writer.join();
      serve.passPollingTime();
      serve.passPollingTime();
      assertThat(bridge.post("whsec_piped", "evt_1", "refund.created")).isEqualTo(200);
      assertThat(bridge.metrics())
          .doesNotContain("secret_reload_rejected{name=\"STRIPE_WEBHOOK_SECRET\"} 1.0");
    }
  }

  private void pipe(String name) throws Exception {
    Process made =
        new ProcessBuilder("mkfifo", folder.resolve(name).toString()).inheritIO().start();
    assertThat(made.waitFor()).isZero();
  }
}
