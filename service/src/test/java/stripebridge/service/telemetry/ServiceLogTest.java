package stripebridge.service.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.LogSettings;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;
import stripebridge.core.testing.Eventually;

class ServiceLogTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.ofEpochSecond(1_785_312_000));
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private ServiceLog log = open(LogLevel.INFO);

  @AfterEach
  void close() {
    log.close();
  }

  private ServiceLog open(LogLevel level) {
    return new ServiceLog(new LogSettings(level, LogFormat.TEXT), written, now::get);
  }

  private void pass(Duration time) {
    now.updateAndGet(at -> at.plus(time));
  }

  private void refuse(int from, int to) {
    IntStream.range(from, to)
        .forEach(number -> log.logRefusal(LogEvent.WEBHOOK_REFUSED, "number", number));
  }

  /// The lines without time and level.
  private List<String> lines() {
    return written.toString(UTF_8).lines().map(line -> line.split(" +", 3)[2]).toList();
  }

  private static Stream<String> refused(int from, int to) {
    return IntStream.range(from, to).mapToObj(number -> "webhook_refused number=" + number);
  }

  @Test
  void logsTenRefusalsOfASecondAndCountsTheOthers() {
    refuse(0, 25);
    pass(Duration.ofSeconds(1));
    refuse(25, 27);
    log.close();

    assertThat(lines())
        .containsExactlyElementsOf(
            Stream.of(refused(0, 10), Stream.of("refusals_not_logged count=15"), refused(25, 27))
                .flatMap(part -> part)
                .toList());
  }

  @Test
  void logsEveryLineThatIsNoRefusal() {
    refuse(0, 11);
    for (int i = 0; i < 100; i++) {
      log.log(LogEvent.WEBHOOK_STORED, "event_id", "evt_" + i);
    }
    log.close();

    assertThat(lines())
        .filteredOn(line -> line.startsWith("webhook_stored"))
        .containsExactlyElementsOf(
            IntStream.range(0, 100).mapToObj(i -> "webhook_stored event_id=evt_" + i).toList());
  }

  @Test
  void saysWhatItCountedThoughNothingFollows() {
    refuse(0, 12);
    pass(Duration.ofSeconds(1));

    Eventually.until(() -> lines().contains("refusals_not_logged count=2"), this::lines);
  }

  @Test
  void saysWhatItCountedWhenItIsClosed() {
    refuse(0, 12);
    log.close();

    assertThat(lines()).endsWith("refusals_not_logged count=2");
  }

  @Test
  void writesWhatWaitsAtOnce() throws InterruptedException {
    log.close();
    CountDownLatch isWriting = new CountDownLatch(1);
    CountDownLatch mayWrite = new CountDownLatch(1);
    List<Integer> lines = new ArrayList<>();
    OutputStream slow =
        new OutputStream() {
          @Override
          public void write(int one) {
            throw new AssertionError("a byte alone");
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            isWriting.countDown();
            try {
              mayWrite.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            String text = new String(bytes, offset, length, UTF_8);
            lines.add((int) text.lines().count());
          }
        };
    log = new ServiceLog(new LogSettings(LogLevel.INFO, LogFormat.TEXT), slow, now::get);
    log.log(LogEvent.WEBHOOK_STORED, "event_id", "evt_0");
    isWriting.await();
    for (int i = 1; i <= 100; i++) {
      log.log(LogEvent.WEBHOOK_STORED, "event_id", "evt_" + i);
    }
    mayWrite.countDown();
    log.close();

    assertThat(lines).containsExactly(1, 100);
  }

  @Test
  void goesOnWhenTheClockIsPutBack() {
    refuse(0, 10);
    pass(Duration.ofHours(-1));
    refuse(10, 20);
    log.close();

    assertThat(lines()).containsExactlyElementsOf(refused(0, 20).toList());
  }

  @Test
  void countsNothingThatIsBelowItsLevel() {
    log.close();
    log = open(LogLevel.ERROR);
    refuse(0, 20);
    pass(Duration.ofSeconds(1));
    log.log(LogEvent.BUG, "what", "seen");
    log.close();

    assertThat(lines()).containsExactly("bug what=seen");
  }
}
