package stripebridge.cli.queues;

import java.io.IOException;
import java.io.PrintStream;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.utils.NonBlockingReader;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.TerminalStream;

/// Draws frames in place on a terminal until q is pressed. [WatchFrame] decides what to draw, and
/// [Sampler] provides the data.
final class WatchScreen {
  private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";
  private static final String LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
  // Short enough that a key, a resize or Ctrl-C seems to act at once.
  private static final long POLL_MILLIS = 100;
  private static final int CTRL_C = 3;
  private static final Size DEFAULT = new Size(80, 24);

  private final Terminal terminal;
  private final PrintStream out;
  private final InstantSource clock;
  private final Ink ink;

  /// @param terminal for its keys and size
  /// @param out the same terminal; on Ctrl-C jline closes its own streams too early
  WatchScreen(Terminal terminal, PrintStream out, InstantSource clock, Ink ink) {
    this.terminal = terminal;
    this.out = out;
    this.clock = clock;
    this.ink = ink;
  }

  /// Draws until q, a stop or a failure, and leaves the last frame on the terminal.
  ///
  /// @param failure of the thread that samples
  void run(
      AtomicReference<WatchState> state,
      AtomicReference<@Nullable Throwable> failure,
      BooleanSupplier stopped)
      throws IOException {
    Attributes cooked = terminal.enterRawMode();
    out.print(ENTER);
    List<String> drawn = List.of();
    try {
      Size drawnSize = DEFAULT;
      boolean going = true;
      while (going && failure.get() == null && !stopped.getAsBoolean()) {
        Size size = size();
        List<String> lines = frame(size).lines(state.get(), clock.instant());
        if (!lines.equals(drawn) || !size.equals(drawnSize)) {
          draw(lines);
          drawn = lines;
          drawnSize = size;
        }
        going = goesOn(stopped);
      }
    } finally {
      out.print(LEAVE);
      out.flush();
      if (!stopped.getAsBoolean()) {
        terminal.setAttributes(cooked); // When the process is stopped, jline restores them.
      }
    }
    Throwable wrong = failure.get();
    switch (wrong) {
      case null -> {}
      case RuntimeException e -> throw e;
      default -> throw new IllegalStateException(wrong);
    }
    drawn.forEach(out::println);
    out.flush();
  }

  private WatchFrame frame(Size size) {
    return new WatchFrame(
        ink,
        // In a full line, clearing to the end of the line would clear its last character.
        size.getColumns() - 1,
        size.getRows(),
        TerminalStream.showsSymbols(out),
        ZoneId.systemDefault());
  }

  private Size size() {
    Size size = terminal.getSize();
    return size.getColumns() > 0 && size.getRows() > 0 ? size : DEFAULT;
  }

  /// Draws over the last frame. Clearing the screen first would flicker.
  private void draw(List<String> lines) {
    out.print("\u001b[H" + String.join("\u001b[K\r\n", lines) + "\u001b[K\u001b[J");
    out.flush();
  }

  private boolean goesOn(BooleanSupplier stopped) throws IOException {
    try {
      return switch (terminal.reader().read(POLL_MILLIS)) {
        case 'q', 'Q', CTRL_C, NonBlockingReader.EOF -> false;
        default -> true;
      };
    } catch (IOException e) {
      if (stopped.getAsBoolean()) {
        return false; // The process ends, and jline has closed the terminal.
      }
      throw e;
    }
  }
}
