package stripebridge.service.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.core.capture.CaptureJson;
import stripebridge.core.capture.CaptureName;
import stripebridge.core.capture.CaptureReason;
import stripebridge.core.capture.CaptureRoom;
import stripebridge.core.capture.RefusedWebhook;
import stripebridge.core.config.LogSettings;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.testing.DesignRoutes;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.ServiceLog;

class CapturesTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:15:00Z");
  private static final CaptureReason MISMATCH = CaptureReason.SIGNATURE_MISMATCH;
  private static final long ENOUGH = 2L << 30;

  @TempDir private Path parent;
  private Path folder;
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final AtomicReference<Instant> time = new AtomicReference<>(NOW);
  private final InstantSource clock = time::get;
  private final ServiceLog log =
      new ServiceLog(new LogSettings(LogLevel.INFO, LogFormat.TEXT), logged, clock);
  private final Metrics metrics = new Metrics(DesignRoutes.table(Unlisted.UNROUTABLE));

  @BeforeEach
  void name() {
    folder = parent.resolve("refused");
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  private Captures captures() throws CaptureFolderException {
    return captures(() -> ENOUGH);
  }

  private Captures captures(Captures.DiskFree free) throws CaptureFolderException {
    return new Captures(CaptureFolder.open(folder), free, Duration.ZERO, metrics, log, clock);
  }

  private void refuse(Captures captures, boolean isLikely, byte[] body) {
    captures.refused(
        MISMATCH,
        () -> isLikely,
        () ->
            new RefusedWebhook(
                time.get(),
                MISMATCH,
                "No match.",
                "/webhooks/stripe",
                "10.0.0.1",
                List.of(""),
                List.of(),
                Optional.of(new RefusedWebhook.Bytes(body))),
        new Captures.Line(LogEvent.WEBHOOK_REFUSED, true, new Object[] {"code", MISMATCH.code()}));
  }

  private static void await(BooleanSupplier condition) {
    Instant deadline = Instant.now().plusSeconds(30);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private double counted(String outcome) {
    return new String(metrics.page("").text(), UTF_8)
        .lines()
        .filter(line -> line.startsWith("webhook_captures_total{outcome=\"" + outcome + "\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }

  private void awaitCounted(String outcome, int count) {
    await(() -> counted(outcome) >= count);
    assertThat(counted(outcome)).isEqualTo(count);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void countsFromZero() throws Exception {
    for (String outcome :
        List.of("kept", "hour_full", "space_full", "disk_low", "busy", "failed")) {
      assertThat(counted(outcome)).as(outcome).isZero();
    }
  }

  @Test
  void writesAFileThatOnlyItsOwnerReadsAndLogsItsPlace() throws Exception {
    try (Captures captures = captures()) {
      refuse(captures, true, new byte[] {0, -1, '{'});
      awaitCounted("kept", 1);
    }
    Path file = files().getFirst();
    assertThat(CaptureName.of(file.getFileName().toString()).orElseThrow().at()).isEqualTo(NOW);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(CaptureJson.read(Files.readAllBytes(file)).body().orElseThrow().bytes())
        .containsExactly(0, -1, '{');
    log.close();
    assertThat(logged.toString(UTF_8))
        .contains("webhook_refused code=signature_mismatch capture=" + file);
  }

  @Test
  void leavesRoomToWhatLooksLikeStripesInAFloodOfGarbage() throws Exception {
    try (Captures captures = captures()) {
      for (int i = 0; i < 5_000; i++) {
        refuse(captures, false, new byte[100_000]);
      }
      await(() ->
          counted("kept") + counted("hour_full") + counted("busy") + counted("space_full")
              == 5_000);
      double garbage = counted("kept");
      assertThat(garbage).isBetween(1.0, 10.0);
      refuse(captures, true, "{}".getBytes(UTF_8));
      awaitCounted("kept", (int) garbage + 1);
    }
    assertThat(files()).filteredOn(file -> file.toString().contains("-likely-")).hasSize(1);
  }

  /// A disk that hangs at first.
  private static Captures.DiskFree slow(CountDownLatch answers) {
    return () -> {
      try {
        answers.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      return ENOUGH;
    };
  }

  @Test
  void neverWaitsForTheDisk() throws Exception {
    CountDownLatch diskAnswers = new CountDownLatch(1);
    Captures captures = captures(slow(diskAnswers));
    for (int i = 0; i < 40; i++) {
      refuse(captures, true, new byte[1_000]);
    }
    // One more may be with the writer.
    assertThat(counted("busy")).isBetween(23.0, 24.0);
    diskAnswers.countDown();
    await(() -> counted("kept") + counted("busy") == 40);
    captures.close();
  }

  @Test
  void logsTheRefusalsThatStillWaitWhenItIsClosed() throws Exception {
    CountDownLatch diskAnswers = new CountDownLatch(1);
    Captures captures = captures(slow(diskAnswers));
    for (int i = 0; i < 5; i++) {
      refuse(captures, true, new byte[0]);
    }
    captures.close();
    refuse(captures, true, new byte[0]);
    // The writer has one, unless it has not begun.
    assertThat(counted("failed")).isBetween(4.0, 5.0);
    assertThat(counted("busy")).isEqualTo(1);
    diskAnswers.countDown();
  }

  @Test
  void boundsTheBytesThatWait() throws Exception {
    CountDownLatch diskAnswers = new CountDownLatch(1);
    Captures captures = captures(slow(diskAnswers));
    for (int i = 0; i < 5; i++) {
      refuse(captures, true, new byte[1 << 20]);
    }
    assertThat(counted("busy")).isEqualTo(3);
    diskAnswers.countDown();
    captures.close();
  }

  @Test
  void keepsTheFirstOfAnHourAcrossARestart() throws Exception {
    try (Captures captures = captures()) {
      for (int i = 0; i < 15; i++) {
        refuse(captures, true, new byte[0]);
        awaitCounted("kept", i + 1);
      }
    }
    try (Captures captures = captures()) {
      for (int i = 0; i < 30; i++) {
        refuse(captures, true, new byte[0]);
        int all = i + 16;
        await(() -> counted("kept") + counted("hour_full") == all);
      }
    }
    assertThat(counted("kept")).isEqualTo(20);
    assertThat(files()).hasSize(20);
  }

  @Test
  void sharesAFolderWithAnotherProcess() throws Exception {
    try (Captures one = captures();
        Captures other = captures()) {
      for (int i = 0; i < 30; i++) {
        refuse(i % 2 == 0 ? one : other, true, new byte[0]);
        int all = i + 1;
        await(() -> counted("kept") + counted("hour_full") == all);
      }
    }
    assertThat(counted("kept")).isEqualTo(20);
    assertThat(files()).hasSize(20);
  }

  @Test
  void deletesWhatIsADayOldAndNothingElse() throws Exception {
    try (Captures captures = captures()) {
      refuse(captures, true, new byte[0]);
      awaitCounted("kept", 1);
    }
    CaptureName old = new CaptureName(NOW, MISMATCH, CaptureRoom.OTHER, 1);
    Files.writeString(folder.resolve(old.unfinishedText()), "half");
    Path foreign = Files.writeString(folder.resolve("notes.txt"), "mine");
    Path target = Files.writeString(parent.resolve("target"), "mine");
    Path link = folder.resolve(new CaptureName(NOW, MISMATCH, CaptureRoom.OTHER, 2).text());
    Files.createSymbolicLink(link, target);
    Path directory = folder.resolve(new CaptureName(NOW, MISMATCH, CaptureRoom.OTHER, 3).text());
    Files.createDirectory(directory);
    time.set(NOW.plus(Duration.ofHours(24)));
    captures().close();
    assertThat(files()).containsExactlyInAnyOrder(foreign, link, directory);
    assertThat(target).hasContent("mine");
  }

  @Test
  void keepsNothingOnADiskThatIsNearlyFull() throws Exception {
    AtomicInteger free = new AtomicInteger(1 << 30);
    try (Captures captures = captures(free::get)) {
      refuse(captures, true, new byte[0]);
      awaitCounted("disk_low", 1);
    }
    assertThat(files()).isEmpty();
    log.close();
    assertThat(logged.toString(UTF_8))
        .contains("not_captured=\"the disk has less than 1 GiB free\"");
  }

  @Test
  void logsOnceThatItsFolderIsGoneAndWorksAgainWhenItIsBack() throws Exception {
    try (Captures captures = captures()) {
      await(() -> Files.isDirectory(folder));
      Files.delete(folder);
      for (int i = 0; i < 3; i++) {
        refuse(captures, true, new byte[0]);
        awaitCounted("failed", i + 1);
      }
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      refuse(captures, true, new byte[0]);
      awaitCounted("kept", 1);
    }
    log.close();
    assertThat(logged.toString(UTF_8).lines().filter(line -> line.contains("captures_")))
        .satisfiesExactly(
            line -> assertThat(line).contains("captures_failed").contains("it does not exist"),
            line -> assertThat(line).contains("captures_resumed"));
  }

  @Test
  void stopsWritingWhenOthersMayRead() throws Exception {
    try (Captures captures = captures()) {
      refuse(captures, true, new byte[0]);
      awaitCounted("kept", 1);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
      refuse(captures, true, new byte[0]);
      awaitCounted("failed", 1);
    }
    assertThat(files()).hasSize(1);
  }

  @Test
  void refusesAFolderThatOthersMayReadOrWrite() throws Exception {
    for (String mode : List.of("rwxr-xr-x", "rwx---r--", "rwx-w----", "rwx--x---")) {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
      assertThatThrownBy(() -> CaptureFolder.open(folder))
          .isInstanceOf(CaptureFolderException.class)
          .hasMessage(
              "cannot capture refused webhooks in '%s': others may read or write it (mode %s);"
                      .formatted(folder, mode)
                  + " captures hold personal data");
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void refusesALinkAndAFileAndAMissingParent() throws Exception {
    Path real = Files.createDirectory(parent.resolve("real"));
    Files.createSymbolicLink(folder, real);
    assertThatThrownBy(() -> CaptureFolder.open(folder)).hasMessageContaining("symbolic link");
    Path file = Files.writeString(parent.resolve("file"), "");
    assertThatThrownBy(() -> CaptureFolder.open(file)).hasMessageContaining("not a directory");
    assertThatThrownBy(() -> CaptureFolder.open(parent.resolve("no/refused")))
        .hasMessageContaining("its parent does not exist");
  }
}
