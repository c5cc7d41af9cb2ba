package stripebridge.service.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.LogSettings;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;

/// Libraries' log messages reach the service's log, whichever API they use.
class LibraryLogTest {
  private static String logged(LogRecord line) {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (ServiceLog log =
        new ServiceLog(
            new LogSettings(LogLevel.DEBUG, LogFormat.TEXT), written, () -> Instant.EPOCH)) {
      new LibraryLog(log).publish(line);
    }
    return written.toString(UTF_8);
  }

  @Test
  void takesALineWithoutAMessage() {
    LogRecord line = new LogRecord(Level.WARNING, null);
    assertThat(logged(line)).contains("library level=WARNING logger=null");
  }

  /// Without the exception's message, which may quote secrets.
  @Test
  void keepsWhereAFailureComesFrom() {
    LogRecord line = new LogRecord(Level.SEVERE, "it failed: {0}");
    line.setParameters(new Object[] {7});
    line.setThrown(new IllegalStateException("whsec_1"));
    assertThat(logged(line))
        .contains("it failed: 7", "java.lang.IllegalStateException at stripebridge.service.telem")
        .doesNotContain("whsec_1");
  }
}
