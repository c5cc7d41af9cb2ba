package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;

/// The inbox file is deleted or replaced under a running serve.
@Tag("faults")
class LostFileTest {
  private static final Duration MAX = Duration.ofMinutes(1);

  @TempDir Path folder;
  private final Load load = new Load(8);

  private ServeProcess serve(SandboxBroker broker) throws Exception {
    return ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS);
  }

  private void post(ServeProcess serve) throws Exception {
    try (Load.Running running = load.start(serve.uri("/webhooks/stripe"), 100)) {
      running.join();
    }
  }

  private void assertRefuses(ServeProcess serve, String why) throws Exception {
    Eventually.await("it says so", MAX, () -> serve.log().contains(why));
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(load.post(client, serve.uri("/webhooks/stripe"), "evt_late_1", "acct_late"))
          .isEqualTo(503);
    }
    assertThat(serve.get("/ready").body()).contains("\"inbox\"");
  }

  @Test
  void losesNothingWhileTheBrokerAccepts() throws Exception {
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      arrivals.shut(true);
      try (ServeProcess serve = serve(broker)) {
        post(serve);
        Path other = Files.writeString(folder.resolve("other"), "restored by somebody");
        Files.move(
            other, folder.resolve("stripebridge-inbox.db"), StandardCopyOption.REPLACE_EXISTING);
        assertRefuses(serve, "the file was replaced by another while it was open");

        arrivals.shut(false);
        assertThat(serve.awaitEnd(MAX)).isEqualTo(1);
        assertThat(serve.log())
            .contains("\"msg\":\"inbox_lost\"", "all its entries were published")
            .doesNotContain("this is a bug");
      }
      assertThat(arrivals.ids()).containsExactlyInAnyOrderElementsOf(load.stored()).hasSize(800);
    }
  }

  /// The broker is away for the half minute after which the process gives up; its entries are
  /// saved.
  @Test
  void savesEntriesTheBrokerDoesNotAccept() throws Exception {
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      broker.inject(new Fault.Outage(Duration.ofMinutes(10)));
      try (ServeProcess serve = serve(broker)) {
        post(serve);
        Files.delete(folder.resolve("stripebridge-inbox.db"));
        assertRefuses(serve, "the file was deleted while it was open");
        assertThat(serve.awaitEnd(MAX)).isEqualTo(1);
        assertThat(serve.log()).contains("800 waiting and 0 parked are saved");
      }
      broker.clearFaults();
      Path saved;
      try (Stream<Path> files = Files.list(folder)) {
        saved =
            files
                .filter(file -> file.getFileName().toString().contains(".db.saved-"))
                .findFirst()
                .orElseThrow();
      }
      Process move =
          new ProcessBuilder(
                  ServeProcess.commandLine(
                      List.of(),
                      "inbox",
                      "move",
                      "--from",
                      saved.toString(),
                      "--to",
                      folder.resolve("stripebridge-inbox.db").toString()))
              .inheritIO()
              .start();
      assertThat(move.waitFor()).isZero();
      try (ServeProcess next = serve(broker)) {
        next.awaitDrained(MAX);
      }
      assertThat(arrivals.ids()).containsExactlyInAnyOrderElementsOf(load.stored()).hasSize(800);
    }
  }
}
