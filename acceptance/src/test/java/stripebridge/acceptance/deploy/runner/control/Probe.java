package stripebridge.acceptance.deploy.runner.control;

import java.time.Duration;
import java.time.Instant;

/// One probe of a container from its start on: when it is asked, and what its answers amount to.
/// Immutable.
public final class Probe {
  /// What the manifest says.
  ///
  /// @param timeout how long one answer may take; the caller keeps to it
  /// @param failureThreshold how many failures in a row make it failed
  /// @param successThreshold how many successes in a row make it good
  public record Timing(
      Duration initialDelay,
      Duration period,
      Duration timeout,
      int failureThreshold,
      int successThreshold) {
    /// @throws IllegalArgumentException for values that Kubernetes refuses
    public Timing {
      if (initialDelay.isNegative() || !period.isPositive() || !timeout.isPositive()) {
        throw new IllegalArgumentException(
            "a probe with delay %s, period %s, timeout %s"
                .formatted(initialDelay, period, timeout));
      }
      if (failureThreshold < 1 || successThreshold < 1) {
        throw new IllegalArgumentException(
            "a probe with thresholds %d and %d".formatted(failureThreshold, successThreshold));
      }
    }
  }

  /// What the answers so far amount to.
  public enum Verdict {
    UNKNOWN,
    GOOD,
    FAILED
  }

  private final Timing timing;
  private final Instant due;
  private final boolean isAsked;
  private final int run;
  private final Verdict verdict;

  private Probe(Timing timing, Instant due, boolean isAsked, int run, Verdict verdict) {
    this.timing = timing;
    this.due = due;
    this.isAsked = isAsked;
    this.run = run;
    this.verdict = verdict;
  }

  /// A probe of a container that starts now.
  public static Probe starting(Timing timing, Instant now) {
    return new Probe(timing, now.plus(timing.initialDelay()), false, 0, Verdict.UNKNOWN);
  }

  public Verdict verdict() {
    return verdict;
  }

  /// Whether it must be asked now: its time has come, and the last question is answered.
  public boolean isDue(Instant now) {
    return !isAsked && !now.isBefore(due);
  }

  /// It is being asked.
  public Probe asked(Instant now) {
    return new Probe(timing, now.plus(timing.period()), true, run, verdict);
  }

  /// The last question was answered, or not within its time.
  public Probe answered(boolean isSuccess) {
    boolean continues = isSuccess ? run > 0 : run < 0;
    int length = continues ? Math.abs(run) + 1 : 1;
    Verdict next = verdict;
    if (isSuccess && length >= timing.successThreshold()) {
      next = Verdict.GOOD;
    } else if (!isSuccess && length >= timing.failureThreshold()) {
      next = Verdict.FAILED;
    }
    return new Probe(timing, due, false, isSuccess ? length : -length, next);
  }
}
