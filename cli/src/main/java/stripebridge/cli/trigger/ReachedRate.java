package stripebridge.cli.trigger;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// How fast a run was, and why not faster.
///
/// @param pace how fast it should have been
/// @param events how many were posted
/// @param elapsed from the first post to the last answer
/// @param blocked how long the next post waited for an answer to an earlier one
record ReachedRate(Pace pace, int events, Duration elapsed, Duration blocked) {
  // Below this part of the requested rate, a run says why. The start of a run costs a little.
  private static final double ENOUGH = 0.95;
  // The first webhooks of a process are slow: it compiles itself, and opens connections.
  private static final double SHORT_SECONDS = 2;

  /// Events a second. An event at a rate has its full share of a second, also the last one.
  double perSecond() {
    return events / Math.max(seconds(elapsed), dueSeconds());
  }

  private double dueSeconds() {
    return pace.rate() == 0 ? 1e-9 : events / pace.rate();
  }

  /// `998/s of the requested 1,000/s`.
  String summary() {
    return pace.rate() == 0
        ? text(perSecond())
        : text(perSecond()) + " of the requested " + text(pace.rate());
  }

  /// Why the requested rate was not reached; empty when it was.
  Optional<String> shortfall() {
    if (pace.rate() == 0 || perSecond() >= ENOUGH * pace.rate()) {
      return Optional.empty();
    }
    double late = seconds(elapsed) - dueSeconds();
    if (seconds(blocked) >= late / 2) {
      return Optional.of(
          "the requested rate was not reached: "
              + (pace.concurrency() == 1
                  ? "each webhook waited for the answer to the one before"
                  : "%,d webhooks waited for an answer at a time, the most allowed"
                      .formatted(pace.concurrency()))
              + " (--concurrency)");
    }
    return Optional.of(
        "the requested rate was not reached: "
            + (seconds(elapsed) < SHORT_SECONDS
                ? "the run was too short; pass a larger --count"
                : "this machine did not make and post webhooks faster"));
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private static String text(double perSecond) {
    return (perSecond >= 100
            ? String.format(Locale.ROOT, "%,.0f", perSecond)
            : new BigDecimal(perSecond)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString())
        + "/s";
  }
}
