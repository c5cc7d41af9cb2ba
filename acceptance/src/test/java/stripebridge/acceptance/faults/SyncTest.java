package stripebridge.acceptance.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.SandboxBroker;

/// Proves from a trace of system calls that events are synced. SIGKILL cannot prove that: the
/// kernel keeps what was written.
@Tag("faults")
class SyncTest {
  // strace prints a call in two lines if another thread's call interrupts it.
  private static final Pattern SYNCED =
      Pattern.compile("(fdatasync|fsync)(\\(\\d+\\)| resumed>\\)) += 0");
  private static final Pattern ANSWERED =
      Pattern.compile("\\b(write|writev|sendto)\\(.*HTTP/1.1 200");

  @TempDir Path folder;

  @Test
  void returnsBeforeTheAnswerIsWritten() throws Exception {
    assumeTrue(canTrace(), "strace is not installed, or may not trace here");
    Load load = new Load(1);
    Path trace = folder.resolve("trace");
    try (SandboxBroker broker = SandboxBroker.start();
        HttpClient client = HttpClient.newHttpClient()) {
      new Arrivals(broker);
      ServeProcess.Options traced =
          ServeProcess.Options.DEFAULTS.withWrapper(
              "strace",
              "-f",
              "-s",
              "64",
              "-e",
              "trace=fdatasync,fsync,write,writev,sendto",
              "-o",
              trace.toString());
      int before;
      try (ServeProcess serve = ServeProcess.start(folder, broker, traced)) {
        Eventually.await("ready", Duration.ofMinutes(1), serve::isReady);
        before = lines(trace).size();
        assertThat(load.post(client, serve.uri("/webhooks/stripe"), Load.id(0, 1), "acct_0"))
            .isEqualTo(200);
        Eventually.await(
            "the answer is in the trace",
            Duration.ofMinutes(1),
            () -> answerAt(lines(trace), before) >= 0);
      }
      List<String> calls = lines(trace);
      List<String> until = calls.subList(before, answerAt(calls, before));
      assertThat(until).anyMatch(call -> SYNCED.matcher(call).find());
    }
  }

  private static int answerAt(List<String> calls, int from) {
    for (int i = from; i < calls.size(); i++) {
      if (ANSWERED.matcher(calls.get(i)).find()) {
        return i;
      }
    }
    return -1;
  }

  private static List<String> lines(Path trace) throws IOException {
    return new String(Files.readAllBytes(trace), ISO_8859_1).lines().toList();
  }

  private static boolean canTrace() throws Exception {
    try {
      return new ProcessBuilder("strace", "-o", "/dev/null", "true").start().waitFor() == 0;
    } catch (IOException _) {
      return false;
    }
  }
}
