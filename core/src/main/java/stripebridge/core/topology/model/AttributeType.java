package stripebridge.core.topology.model;

import java.util.List;
import java.util.Set;

/// Which values a SEMP attribute takes.
public sealed interface AttributeType {

  /// `true` or `false`.
  record Flag() implements AttributeType {}

  /// A whole number within bounds, both included.
  record Whole(long min, long max) implements AttributeType {}

  /// A text of so many UTF-8 bytes that matches a regular expression as a whole. The expressions
  /// are SEMP's own and mean the same to Java and to JSON Schema.
  record Text(int bytesMin, int bytesMax, String pattern) implements AttributeType {}

  /// One of a few words.
  record Choice(List<String> words) implements AttributeType {
    public Choice {
      words = List.copyOf(words);
    }
  }

  /// Two numbers in one of the units.
  record Threshold(Set<AttributeValue.Threshold.Unit> units) implements AttributeType {
    /// A percentage.
    public static final long PERCENT_MAX = 100;

    /// SEMP's bound of a threshold's absolute value.
    public static final long VALUE_MAX = 4_294_967_295L;

    public Threshold {
      units = Set.copyOf(units);
    }
  }

  /// A secret: written, never read back, so never compared.
  record Secret() implements AttributeType {}
}
