package stripebridge.cli.output;

import java.time.Duration;
import stripebridge.cli.CliContext;

/// One line on a terminal that tells how far something is and how fast it goes, at most ten times a
/// second. Silent without a terminal. For one thread.
public final class Meter implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

  private final CliContext context;
  private final String doing;
  private final long total;
  private final long started = System.nanoTime();
  private long drawn;
  private boolean isDrawn;

  /// @param doing such as `draining`
  /// @param total how many there will be; 0 when that is unknown
  public Meter(CliContext context, String doing, long total) {
    this.context = context;
    this.doing = doing;
    this.total = total;
  }

  /// So many are done.
  public void show(long done) {
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
            ? "%s %s %,d of %,d  %s".formatted(doing, bar(done), done, total, rate)
            : "%s %,d  %s".formatted(doing, done, rate);
    context.err().print("\r\u001b[K" + line);
    context.err().flush();
  }

  private String bar(long done) {
    int filled = (int) Math.min(WIDTH, done * WIDTH / total);
    return "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "]";
  }

  /// Gives the line back.
  @Override
  public void close() {
    if (isDrawn) {
      context.err().print("\r\u001b[K");
      context.err().flush();
    }
  }
}
