package stripebridge.acceptance.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The output of a program, readable while the program runs. Thread-safe.
final class Capture extends ByteArrayOutputStream {
  @Override
  public synchronized void write(int b) {
    super.write(b);
    notifyAll();
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    super.write(bytes, offset, length);
    notifyAll();
  }

  synchronized String text() {
    return toString(UTF_8);
  }

  /// Wakes the waiting threads: no more output will come.
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  private boolean ended;

  /// The first match, as soon as it is written; empty if the program ends or the deadline passes
  /// without a match.
  synchronized Optional<MatchResult> await(Pattern pattern, Duration deadline)
      throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      Matcher matcher = pattern.matcher(text());
      if (matcher.find()) {
        return Optional.of(matcher.toMatchResult());
      }
      long leftMillis = Duration.ofNanos(end - System.nanoTime()).toMillis();
      if (ended || leftMillis <= 0) {
        return Optional.empty();
      }
      wait(leftMillis);
    }
  }
}
