package stripebridge.acceptance.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;

/// The inbox file has no room. A limit keeps the process from writing larger files, which SQLite
/// sees as a full disk; then the limit is lifted.
@Tag("faults")
class DiskFullTest {
  private static final Duration MAX = Duration.ofMinutes(1);

  @TempDir Path folder;

  private static boolean has(String command) throws Exception {
    try {
      return new ProcessBuilder(command, "--version").start().waitFor() == 0;
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void refusesWebhooksUntilThereIsRoomAgain() throws Exception {
    assumeTrue(has("prlimit"), "prlimit, which sets the limit of a process, is not installed");
    Load load = new Load(4);
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      broker.inject(new Fault.Outage(Duration.ofMinutes(10)));
      try (ServeProcess serve = ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS)) {
        limit(serve, "1000000");
        try (Load.Running _ = load.start(serve.uri("/webhooks/stripe"))) {
          Eventually.await("503", MAX, () -> load.answers().containsKey(503));
        }
        assertThat(serve.isAlive()).isTrue();
        assertThat(serve.get("/health").statusCode()).isEqualTo(200);
        assertThat(serve.get("/ready").body()).contains("\"inbox\"");
        Eventually.await(
            "the log says so",
            Duration.ofMinutes(1),
            () -> serve.log().contains("\"msg\":\"webhook_not_stored\""));

        limit(serve, "unlimited");
        Eventually.await(
            "the inbox works", MAX, () -> !serve.get("/ready").body().contains("\"inbox\""));
        try (Load.Running running = load.start(serve.uri("/webhooks/stripe"), 10)) {
          running.join();
        }
        broker.clearFaults();
        serve.awaitDrained(MAX);
      }
      arrivals.assertNothingIsMissing(load.stored());
      arrivals.assertOrderOfEachCustomer();
      System.out.println("DiskFullTest: " + load.answers());
    }
    assertThat(load.answers()).containsOnlyKeys(200, 503);
  }

  /// Marks of published entries cannot be stored: publishing stops until they can.
  @Test
  void stopsPublishingWhenItCannotMark() throws Exception {
    assumeTrue(has("prlimit"), "prlimit, which sets the limit of a process, is not installed");
    Load load = new Load(4);
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      arrivals.shut(true);
      try (ServeProcess serve = ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS)) {
        try (Load.Running running = load.start(serve.uri("/webhooks/stripe"), 500)) {
          running.join();
        }
        limit(serve, "1000");
        arrivals.shut(false);
        Eventually.await("not ready", MAX, () -> serve.get("/ready").body().contains("\"inbox\""));
        assertThat(arrivals.count()).isLessThan(load.stored().size());
        limit(serve, "unlimited");
        serve.awaitDrained(MAX);
      }
      assertThat(load.answers()).containsOnlyKeys(200);
      assertThat(arrivals.ids()).containsExactlyInAnyOrderElementsOf(load.stored());
    }
  }

  private static void limit(ServeProcess serve, String bytes) throws Exception {
    Process prlimit =
        new ProcessBuilder(
                "prlimit", "--pid", Long.toString(serve.pid()), "--fsize=" + bytes + ":unlimited")
            .inheritIO()
            .start();
    assertThat(prlimit.waitFor()).isZero();
  }

  @Test
  void refusesADamagedFileAndLeavesItUnchanged() throws Exception {
    byte[] garbage = "this was an inbox once, and is a letter now\n".repeat(500).getBytes(UTF_8);
    Path inbox = Files.write(folder.resolve("stripebridge-inbox.db"), garbage);
    try (SandboxBroker broker = SandboxBroker.start()) {
      AssertionError refused =
          catchThrowableOfType(
              AssertionError.class,
              () -> ServeProcess.start(folder, broker, ServeProcess.Options.DEFAULTS).close());
      assertThat(refused)
          .hasMessageContaining("cannot open the inbox")
          .hasMessageContaining("it is not an inbox, or was overwritten")
          .hasMessageContaining("hint:  restore it from a copy, or move it away");
    }
    assertThat(Files.readAllBytes(inbox)).isEqualTo(garbage);
  }
}
