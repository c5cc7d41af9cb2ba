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

/// Draws frames in place on a terminal until q is pressed. Knows nothing of queues: what to draw is
/// [WatchFrame]'s, when something is new the [Sampler]'s.
final class WatchScreen {
  private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";
  private static final String LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
  // Short enough to look immediate to who presses a key, drags the window's corner or hits Ctrl-C.
  private static final long POLL_MILLIS = 100;
  private static final int CTRL_C = 3;
  private static final Size USUAL = new Size(80, 24);

  private final Terminal terminal;
  private final PrintStream out;
  private final InstantSource clock;
  private final Ink ink;

  /// @param terminal for keys and its size
  /// @param out the same terminal; on Ctrl-C jline closes its own streams before we are done
  WatchScreen(Terminal terminal, PrintStream out, InstantSource clock, Ink ink) {
    this.terminal = terminal;
    this.out = out;
    this.clock = clock;
    this.ink = ink;
  }

  /// Draws until there is reason to stop, and leaves the last frame behind.
  ///
  /// @param failure what ends it when something goes wrong elsewhere
  void run(
      AtomicReference<WatchState> state,
      AtomicReference<@Nullable Throwable> failure,
      BooleanSupplier stopped)
      throws IOException {
    Attributes cooked = terminal.enterRawMode();
    out.print(ENTER);
    List<String> drawn = List.of();
    try {
      Size drawnSize = USUAL;
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
        terminal.setAttributes(cooked); // When the process is stopped, jline does it.
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
        // In a line that is full, clearing what is behind it would clear its last character.
        size.getColumns() - 1,
        size.getRows(),
        TerminalStream.showsSymbols(out),
        ZoneId.systemDefault());
  }

  private Size size() {
    Size size = terminal.getSize();
    return size.getColumns() > 0 && size.getRows() > 0 ? size : USUAL;
  }

  /// Over what was there, without clearing it first, which would flicker.
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
