package stripebridge.cli.output;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the terminal's width for output that is printed once. It runs `stty`, which starts in a
/// fraction of the time that a terminal library takes to load.
public final class TerminalWidth {
  private static final int DEFAULT = 80;
  private static final Pattern COLUMNS = Pattern.compile("[1-9][0-9]{0,3}");
  private static final Pattern SIZE = Pattern.compile("[0-9]+ ([1-9][0-9]{0,3})\\s*");
  private static final int ANSWER_SECONDS_MAX = 1;

  private TerminalWidth() {}

  /// The width from `COLUMNS`, else from the terminal, else 80.
  public static int of(Map<String, String> environment) throws InterruptedException {
    String columns = environment.getOrDefault("COLUMNS", "");
    return COLUMNS.matcher(columns).matches() ? Integer.parseInt(columns) : fromStty();
  }

  private static int fromStty() throws InterruptedException {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
        return DEFAULT;
      }
      Matcher size = SIZE.matcher(new String(stty.getInputStream().readAllBytes(), US_ASCII));
      return size.matches() ? Integer.parseInt(size.group(1)) : DEFAULT;
    } catch (IOException _) {
      return DEFAULT; // No stty, or no controlling terminal.
    }
  }
}
