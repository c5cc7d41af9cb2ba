package stripebridge.cli.validate.report;

/// A counter before and after the validation, and its expected rise.
///
/// @param metric its name, with labels if it has any
/// @param expected the exact rise, or the minimum if others send events too
public record CounterLine(String metric, long before, long after, long expected, Verdict verdict) {
  /// How the rise compares with the expected one.
  public enum Verdict {
    EXACT("ok", true),
    /// It rose by more, but others send events too.
    OTHERS("ok, others", true),
    SHORT("too few", false),
    OVER("too many", false),
    /// It fell or disappeared: the service was restarted.
    RESTARTED("restarted", false),
    MISSING("missing", false);

    private final String word;
    private final boolean isGood;

    Verdict(String word, boolean isGood) {
      this.word = word;
      this.isGood = isGood;
    }

    String word() {
      return word;
    }

    public boolean isGood() {
      return isGood;
    }
  }

  long rise() {
    return after - before;
  }

  String expectedText() {
    return verdict == Verdict.OTHERS ? "≥ " + expected : "+" + expected;
  }

  /// The problem, in one clause.
  public String problem() {
    return switch (verdict) {
      case MISSING -> metric + " is missing";
      case RESTARTED -> "%s went from %d to %d".formatted(metric, before, after);
      default -> "%s rose by %d, expected %d".formatted(metric, rise(), expected);
    };
  }
}
