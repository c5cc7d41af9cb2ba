package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.SandboxBroker;

/// One event id is one message.
@Tag("faults")
class DuplicatesTest {
  @TempDir Path folder;

  @Test
  void areOneMessageForAnyNumberOfCallers() throws Exception {
    Load load = new Load(1);
    try (SandboxBroker broker = SandboxBroker.start();
        HttpClient client = HttpClient.newHttpClient()) {
      Arrivals arrivals = new Arrivals(broker);
      for (int round = 0; round < Rounds.of(3); round++) {
        String id = Load.id(0, round);
        try (ServeProcess serve =
            ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS)) {
          Callable<Integer> post =
              () -> load.post(client, serve.uri("/webhooks/stripe"), id, "acct_0");
          try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> answer : callers.invokeAll(Collections.nCopies(50, post))) {
              assertThat(answer.get()).isEqualTo(200);
            }
          }
          serve.awaitDrained(Duration.ofMinutes(1));
        }
        // The first process was killed; the next one still knows the id.
        try (ServeProcess serve =
            ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS)) {
          assertThat(load.post(client, serve.uri("/webhooks/stripe"), id, "acct_0")).isEqualTo(200);
          // The log line is written after the response.
          Eventually.await(
              "the log reports the duplicate",
              Duration.ofMinutes(1),
              () -> serve.log().contains("\"msg\":\"webhook_duplicate\",\"event_id\":\"" + id));
        }
        assertThat(arrivals.ids()).containsOnlyOnce(id).hasSize(round + 1);
      }
    }
  }
}
