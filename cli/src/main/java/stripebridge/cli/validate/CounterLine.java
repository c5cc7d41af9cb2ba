package stripebridge.cli.validate;

/// A counter before and after, beside what it had to do.
///
/// @param metric its name, with labels where it is one of several
/// @param expected the least that it has to rise by; exactly that when nobody else sends
public record CounterLine(String metric, long before, long after, long expected, Verdict verdict) {
  /// What a difference means.
  public enum Verdict {
    EXACT("ok", true),
    /// It rose by more, and others send too.
    OTHERS("ok, others", true),
    SHORT("too few", false),
    OVER("too many", false),
    /// It went down, or away: the service was started anew.
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

    boolean isGood() {
      return isGood;
    }
  }

  long rise() {
    return after - before;
  }

  String expectedText() {
    return verdict == Verdict.OTHERS ? "≥ " + expected : "+" + expected;
  }

  /// One clause on what is wrong.
  String against() {
    return switch (verdict) {
      case MISSING -> metric + " cannot be found";
      case RESTARTED -> "%s went from %d to %d".formatted(metric, before, after);
      default -> "%s rose by %d, expected %d".formatted(metric, rise(), expected);
    };
  }
}
