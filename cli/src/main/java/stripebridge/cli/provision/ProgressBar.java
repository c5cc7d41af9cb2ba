package stripebridge.cli.provision;

import java.io.PrintStream;

/// A progress bar on one line of a terminal.
final class ProgressBar implements Progress {
  private static final int WIDTH = 40;

  private final PrintStream terminal;
  private final int total;
  private int done;
  private int shown = -1;

  ProgressBar(PrintStream terminal, int total) {
    this.terminal = terminal;
    this.total = total;
    draw();
  }

  @Override
  public synchronized void step() {
    done++;
    draw();
  }

  private void draw() {
    int percent = (int) (100L * done / total);
    if (percent == shown) {
      return; // At most a hundred redraws, however many changes there are.
    }
    shown = percent;
    int filled = percent * WIDTH / 100;
    terminal.print(
        "\rapplying [%s%s] %3d %%  %d/%d"
            .formatted("#".repeat(filled), ".".repeat(WIDTH - filled), percent, done, total));
    terminal.flush();
  }

  @Override
  public synchronized void close() {
    terminal.print("\r\u001b[K");
    terminal.flush();
  }
}
