package stripebridge.sandbox.internal.model;

import java.util.Map;
import java.util.TreeMap;

/// When the broker raises an event and when it takes it back, either in percent of a maximum or as
/// a value. The sandbox keeps thresholds and raises no event.
public record Threshold(Unit unit, long clear, long set) {

  public enum Unit {
    PERCENT,
    VALUE
  }

  /// Checks the numbers.
  ///
  /// @throws IllegalArgumentException when the numbers make no threshold, with the reason
  public Threshold {
    if (clear < 0 || set < 0) {
      throw new IllegalArgumentException("is negative");
    }
    if (unit == Unit.PERCENT && Math.max(clear, set) > 100) {
      throw new IllegalArgumentException("is above 100 percent");
    }
    if (clear > set) {
      throw new IllegalArgumentException("clears above what sets it");
    }
  }

  /// Reads `clear:set`, each with a percent sign where it is one.
  static Threshold parse(String text, Unit unit) {
    var parts = text.replace("%", "").split(":", 2);
    return new Threshold(unit, Long.parseLong(parts[0]), Long.parseLong(parts[1]));
  }

  /// As JSON has it: two members, named by the unit.
  public Map<String, Object> asJson() {
    var suffix = unit == Unit.PERCENT ? "Percent" : "Value";
    return new TreeMap<>(Map.of("clear" + suffix, clear, "set" + suffix, set));
  }
}
