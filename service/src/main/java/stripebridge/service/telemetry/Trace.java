package stripebridge.service.telemetry;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Where something was thrown, in one line. Not what it says: that may quote what it choked on.
public final class Trace {
  private static final int FRAMES_MAX = 12;

  private Trace() {}

  /// The kinds of a failure and of its causes, each with its innermost frames.
  public static String of(Throwable failure) {
    String frames =
        Arrays.stream(failure.getStackTrace())
            .limit(FRAMES_MAX)
            .map(StackTraceElement::toString)
            .collect(Collectors.joining(" < "));
    String own = failure.getClass().getName() + " at " + frames;
    Throwable cause = failure.getCause();
    return cause == null ? own : own + " caused by " + of(cause);
  }
}
