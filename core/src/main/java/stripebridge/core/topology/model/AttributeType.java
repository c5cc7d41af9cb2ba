package stripebridge.core.topology.model;

import java.util.List;
import java.util.Set;

/// The type of a SEMP attribute, with its legal values.
public sealed interface AttributeType {

  /// `true` or `false`.
  record Flag() implements AttributeType {}

  /// A whole number within bounds, both included.
  record Whole(long min, long max) implements AttributeType {}

  /// A text with a length in UTF-8 bytes and a regular expression that the whole text must match.
  /// The expressions are SEMP's own and mean the same in Java and in JSON Schema.
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

    /// SEMP's upper bound for absolute values.
    public static final long VALUE_MAX = 4_294_967_295L;

    public Threshold {
      units = Set.copyOf(units);
    }
  }

  /// A secret. It can be written but not read back, so it is never compared.
  record Secret() implements AttributeType {}
}
