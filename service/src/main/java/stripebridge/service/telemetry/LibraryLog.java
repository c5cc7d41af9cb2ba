package stripebridge.service.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import stripebridge.core.config.LogSettings.LogLevel;

/// Routes what libraries log through `java.util.logging` into the service's log. It affects the
/// whole process, since loggers are global.
public final class LibraryLog extends Handler {
  private static final SimpleFormatter FORMAT = new SimpleFormatter();

  private final ServiceLog log;

  LibraryLog(ServiceLog log) {
    this.log = log;
  }

  /// Starts routing, instead of to the console.
  ///
  /// @param level of the service; libraries log below a warning only at DEBUG
  public static void takeOver(ServiceLog log, LogLevel level) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(level.compareTo(LogLevel.DEBUG) <= 0 ? Level.INFO : Level.WARNING);
    root.addHandler(new LibraryLog(log));
  }

  /// Silences libraries, for commands without a log.
  public static void silence() {
    LogManager.getLogManager().reset();
    Logger.getLogger("").setLevel(Level.OFF);
  }

  @Override
  public void publish(LogRecord line) {
    List<Object> fields = new ArrayList<>();
    fields.addAll(
        List.of(
            "level",
            line.getLevel().getName(),
            "logger",
            String.valueOf(line.getLoggerName()),
            "message",
            line.getMessage() == null ? "" : FORMAT.formatMessage(line)));
    if (line.getThrown() != null) {
      fields.addAll(List.of("trace", Trace.of(line.getThrown())));
    }
    log.log(LogEvent.LIBRARY, fields.toArray());
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
