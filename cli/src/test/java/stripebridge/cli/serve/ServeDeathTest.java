package stripebridge.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import stripebridge.cli.CliHarness;
import stripebridge.cli.CliHarness.Run;
import stripebridge.cli.CliHarness.Running;
import stripebridge.cli.ExitCode;
import stripebridge.sandbox.SandboxBroker;

/// `serve` ends when an essential part dies, instead of looking alive and doing nothing. The tests
/// kill a part with an interrupt, which nothing in the bridge sends it.
@Isolated("it finds its own threads by comparing with those that ran before")
class ServeDeathTest {
  private static final String LISTENING = "\"url\":\"(http://127.0.0.1:\\d+)/webhooks/stripe\"";

  @TempDir Path folder;

  @Test
  void endsWhenTheInboxWriterDies() throws Exception {
    Run run = runWithout("inbox-writer");
    assertThat(run.exitCode()).isEqualTo(ExitCode.BUG.value());
    assertThat(run.err()).contains("serve stopped because", "InterruptedException");
    assertThat(run.out()).contains("\"msg\":\"bug\"", "\"msg\":\"service_stopped\"");
  }

  @Test
  void endsWhenTheRelayDies() throws Exception {
    Run run = runWithout("relay-claimer");
    assertThat(run.exitCode()).isEqualTo(ExitCode.BUG.value());
    assertThat(run.err()).contains("serve stopped because", "InterruptedException");
    assertThat(run.out()).contains("\"what\":\"the relay has ended\"");
  }

  private Run runWithout(String thread) throws Exception {
    Set<Thread> before = threads(thread);
    try (SandboxBroker broker = SandboxBroker.start();
        HttpClient client = HttpClient.newHttpClient()) {
      CliHarness cli =
          new CliHarness(folder)
              .onTrueTime()
              .env("STRIPE_WEBHOOK_SECRET", "whsec_of_the_endpoint")
              .env("SOLACE_HOST", broker.smfUri())
              .env("SOLACE_VPN", "default")
              .env("SOLACE_USERNAME", "default")
              .env("SOLACE_PASSWORD", "default")
              .env("APP_HOST", "127.0.0.1")
              .env("APP_PORT", "0");
      Running serve = cli.start("serve");
      HttpRequest health =
          HttpRequest.newBuilder(URI.create(serve.await(LISTENING).group(1) + "/health")).build();
      assertThat(client.send(health, BodyHandlers.ofString()).statusCode()).isEqualTo(200);

      Set<Thread> ours = threads(thread);
      ours.removeAll(before);
      assertThat(ours).hasSize(1);
      ours.forEach(Thread::interrupt);

      return serve.join();
    }
  }

  private static Set<Thread> threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .collect(Collectors.toSet());
  }
}
