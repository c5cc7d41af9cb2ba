package stripebridge.sandbox.internal.model;

import java.util.Map;
import java.util.TreeMap;

/// When the broker raises an event and when it clears it, as a percentage of a maximum or as a
/// value. The sandbox stores thresholds and raises no events.
public record Threshold(Unit unit, long clear, long set) {

  public enum Unit {
    PERCENT,
    VALUE
  }

  /// Checks the numbers.
  ///
  /// @throws IllegalArgumentException when the numbers are not a threshold; the message says why
  public Threshold {
    if (clear < 0 || set < 0) {
      throw new IllegalArgumentException("is negative");
    }
    if (unit == Unit.PERCENT && Math.max(clear, set) > 100) {
      throw new IllegalArgumentException("is above 100 percent");
    }
    if (clear > set) {
      throw new IllegalArgumentException("clears above its set value");
    }
  }

  /// Parses `clear:set`; percentages have a percent sign.
  static Threshold parse(String text, Unit unit) {
    String[] parts = text.replace("%", "").split(":", 2);
    return new Threshold(unit, Long.parseLong(parts[0]), Long.parseLong(parts[1]));
  }

  /// The JSON form: two members, named by the unit.
  public Map<String, Object> asJson() {
    String suffix = unit == Unit.PERCENT ? "Percent" : "Value";
    return new TreeMap<>(Map.of("clear" + suffix, clear, "set" + suffix, set));
  }
}
