package stripebridge.service.telemetry;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Where an exception was thrown, in one line. Without its message, which may quote the input.
public final class Trace {
  private static final int FRAMES_MAX = 12;

  private Trace() {}

  /// The classes of an exception and its causes, each with its innermost frames.
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
