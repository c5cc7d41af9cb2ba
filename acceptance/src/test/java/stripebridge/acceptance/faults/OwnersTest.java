package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.SandboxBroker;

/// Two processes open one inbox, under any of its names.
@Tag("faults")
class OwnersTest {
  private static final Duration MAX = Duration.ofMinutes(1);

  @TempDir Path folder;

  private ServeProcess serve(SandboxBroker broker, String inbox) throws Exception {
    return ServeProcess.start(
        folder,
        broker,
        ServeProcess.Options.DEFAULTS.withSetting("INBOX_PATH", folder.resolve(inbox).toString()));
  }

  private void assertIsRefused(SandboxBroker broker, String inbox, String why) {
    AssertionError refused =
        catchThrowableOfType(AssertionError.class, () -> serve(broker, inbox).close());
    assertThat(refused).hasMessageContaining("cannot open the inbox").hasMessageContaining(why);
  }

  @Test
  void areNeverTwo() throws Exception {
    Path inbox = folder.resolve("inbox.db");
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals arrivals = new Arrivals(broker);
      Load load = new Load(4);
      arrivals.shut(true);
      try (ServeProcess first = serve(broker, "inbox.db")) {
        try (Load.Running running = load.start(first.uri("/webhooks/stripe"), 50)) {
          running.join();
        }
        Files.createSymbolicLink(folder.resolve("link.db"), inbox);
        assertIsRefused(broker, "link.db", "process " + first.pid() + ", serve, since ");

        Path hard = Files.createLink(folder.resolve("hard.db"), inbox);
        assertIsRefused(broker, "hard.db", "the file has 2 names (hard links)");
        assertIsRefused(broker, "inbox.db", "has it");
        Files.delete(hard);

        Files.delete(folder.resolve("inbox.db.lock"));
        assertIsRefused(broker, "inbox.db", "another process has it");
        Files.deleteIfExists(folder.resolve("inbox.db.lock"));
        assertIsRefused(broker, "link.db", "another process has it");

        arrivals.shut(false);
        first.awaitDrained(MAX);
      }
      assertThat(arrivals.ids()).containsExactlyInAnyOrderElementsOf(load.stored()).hasSize(200);
    }
  }

  /// Older releases use only the lock file. `serve` waits for an owner that is about to end.
  @Test
  void respectTheLockFileOfOlderReleases() throws Exception {
    try (SandboxBroker broker = SandboxBroker.start()) {
      Arrivals _ = new Arrivals(broker);
      serve(broker, "inbox.db").close();
      try (FileChannel lock =
          FileChannel.open(folder.resolve("inbox.db.lock"), StandardOpenOption.WRITE)) {
        FileLock held = lock.lock();
        assertIsRefused(broker, "inbox.db", "has it");
        CompletableFuture<ServeProcess> starting =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return serve(broker, "inbox.db");
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                },
                task -> Thread.ofPlatform().start(task));
        Eventually.pause(Duration.ofSeconds(1));
        held.release();
        try (ServeProcess next = starting.get()) {
          assertThat(next.isAlive()).isTrue();
          assertThat(lock.tryLock()).as("the lock, which serve now has").isNull();
        }
      }
    }
  }
}
