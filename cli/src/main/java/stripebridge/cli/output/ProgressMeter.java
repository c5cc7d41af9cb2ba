package stripebridge.cli.output;

import java.time.Duration;
import stripebridge.cli.CliContext;

/// Shows progress and speed on one line of a terminal, redrawn at most ten times a second. Prints
/// nothing without a terminal. Thread-safe.
public final class ProgressMeter implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final CliContext context;
  private final String doing;
  private final long total;
  private final long started = System.nanoTime();
  private long done;
  private long drawn;
  private boolean isDrawn;

  /// Starts at zero.
  ///
  /// @param doing a label such as `draining`
  /// @param total the expected number of items; 0 when unknown
  public ProgressMeter(CliContext context, String doing, long total) {
    this.context = context;
    this.doing = doing;
    this.total = total;
  }

  /// One more item is done.
  public synchronized void step() {
    show(done + 1);
  }

  /// This many items are done.
  public synchronized void show(long done) {
    this.done = done;
    long now = System.nanoTime();
    if (!context.terminal() || (isDrawn && now - drawn < PAUSE_NANOS)) {
      return;
    }
    drawn = now;
    isDrawn = true;
    double seconds = Math.max(now - started, 1_000_000) / 1e9;
    String rate = "%,.0f/s".formatted(done / seconds);
    String line =
        total > 0
            ? "%s %s %,d of %,d  %s".formatted(doing, bar(), done, total, rate)
            : "%s %,d  %s".formatted(doing, done, rate);
    context.err().print(CLEAR_LINE + line);
    context.err().flush();
  }

  private String bar() {
    int filled = (int) Math.min(WIDTH, done * WIDTH / total);
    return "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "]";
  }

  /// Clears the line.
  @Override
  public synchronized void close() {
    if (isDrawn) {
      context.err().print(CLEAR_LINE);
      context.err().flush();
    }
  }
}
