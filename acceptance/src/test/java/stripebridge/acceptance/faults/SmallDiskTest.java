package stripebridge.acceptance.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.SandboxBroker;

/// An inbox fills its own disk while the broker is away.
@Tag("faults")
class SmallDiskTest {
  // Messages in flight plus unstored marks: see RelayLimits.
  private static final int COPIES_MAX = 255 + 512;
  // The reserve and the upper free-space threshold need 40 MiB; the rest is for events.
  private static final int DISK_MEBIBYTES = 64;
  private static final Duration MAX = Duration.ofMinutes(2);

  @TempDir Path folder;
  private SmallDisk disk;
  private SandboxBroker broker;
  private Arrivals arrivals;
  private final Load load = new Load(16);

  @BeforeEach
  void mount() throws Exception {
    Optional<SmallDisk> mounted = SmallDisk.mount(folder.resolve("disk"), DISK_MEBIBYTES);
    assumeTrue(mounted.isPresent(), "users may not mount file systems here");
    disk = mounted.get();
    broker = SandboxBroker.start();
    arrivals = new Arrivals(broker);
    broker.inject(new Fault.Outage(Duration.ofMinutes(30)));
  }

  @AfterEach
  void unmount() {
    if (disk != null) {
      broker.close();
      disk.close();
    }
  }

  private ServeProcess serve() throws Exception {
    return ServeProcess.start(
        folder,
        broker,
        ServeProcess.Options.DEFAULTS
            .withWrapper(disk.wrapper())
            .withSetting("INBOX_PATH", disk.file("inbox.db").toString())
            .withSetting("ASYNC_QUEUE_SIZE", "1000000"));
  }

  private void fillTheInbox(ServeProcess serve) throws Exception {
    try (Load.Running _ = load.start(serve.uri("/webhooks/stripe"))) {
      Eventually.await("503", MAX, () -> load.answers().containsKey(503));
    }
    assertThat(serve.get("/ready").body()).contains("\"inbox\"");
    assertThat(serve.get("/health").statusCode()).isEqualTo(200);
    Eventually.await(
        "the log says so", MAX, () -> serve.log().contains("\"msg\":\"inbox_outage\""));
    assertThat(serve.log()).contains("bytes free, and the last 16777216 are kept for settlements");
  }

  private void assertAllIsThereAndFewTwice() {
    arrivals.assertNothingIsMissing(load.stored());
    List<String> ids = arrivals.ids();
    int copies = ids.size() - new HashSet<>(ids).size();
    System.out.printf("SmallDiskTest: %d answered 200, %d copies%n", load.stored().size(), copies);
    assertThat(copies).isLessThanOrEqualTo(COPIES_MAX);
    assertThat(load.answers()).containsOnlyKeys(200, 503);
  }

  private void awaitAccepting(ServeProcess serve) throws Exception {
    int before = load.stored().size();
    Eventually.await(
        "webhooks are taken again",
        MAX,
        () -> {
          try (Load.Running running = load.start(serve.uri("/webhooks/stripe"), 1)) {
            running.join();
          }
          return load.stored().size() > before;
        });
    serve.awaitDrained(MAX);
  }

  /// Killed and stopped while the disk is full, and stopped again while the inbox drains.
  @Test
  void drainsFreesItsDiskAndRecovers() throws Exception {
    ServeProcess first = serve();
    fillTheInbox(first);
    first.kill();
    try (ServeProcess second = serve()) {
      assertThat(second.terminate(MAX)).isZero();
    }
    try (ServeProcess third = serve()) {
      broker.clearFaults();
      Eventually.await("it drains", MAX, () -> arrivals.count() > 500);
      assertThat(third.terminate(MAX)).isZero();
    }
    try (ServeProcess last = serve()) {
      last.awaitDrained(MAX);
      awaitAccepting(last);
    }
    assertAllIsThereAndFewTwice();
  }

  /// No byte is left, not even for the index of the log: marks use the reserve.
  @Test
  void drainsWhileAnotherProgramFillsItsDisk() throws Exception {
    ServeProcess first = serve();
    fillTheInbox(first);
    disk.fill();
    first.kill();
    disk.fill();
    try (ServeProcess second = serve()) {
      assertThat(second.terminate(MAX)).isZero();
    }
    disk.fill();
    try (ServeProcess last = serve()) {
      disk.fill();
      broker.clearFaults();
      last.awaitDrained(MAX);
      assertAllIsThereAndFewTwice();
      disk.unfill();
      awaitAccepting(last);
    }
    assertAllIsThereAndFewTwice();
  }
}
