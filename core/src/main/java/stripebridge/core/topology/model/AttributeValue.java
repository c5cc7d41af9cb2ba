package stripebridge.core.topology.model;

/// The value of one SEMP attribute, in a topology or on a broker.
///
/// `toString` returns the form for a plan: `true`, `5`, `non-exclusive`, `""`.
public sealed interface AttributeValue {

  /// `true` or `false`.
  record Flag(boolean value) implements AttributeValue {
    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /// A whole number, in the attribute's unit (messages, MB, seconds).
  record Whole(long value) implements AttributeValue {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /// A text, or one of the attribute's allowed words.
  record Text(String value) implements AttributeValue {
    @Override
    public String toString() {
      return value.isEmpty() ? "\"\"" : value;
    }
  }

  /// The values of a counter at which the broker raises an event and clears it. SEMP accepts the
  /// two numbers only together and in one unit, so they are one value here.
  record Threshold(Unit unit, long set, long clear) implements AttributeValue {
    /// The unit of the numbers, which SEMP appends to the field's name: `setPercent`, `setValue`.
    public enum Unit {
      PERCENT("Percent"),
      VALUE("Value");

      private final String suffix;

      Unit(String suffix) {
        this.suffix = suffix;
      }

      /// SEMP's name of the number that raises the event.
      public String setField() {
        return "set" + suffix;
      }

      /// SEMP's name of the number that clears the event.
      public String clearField() {
        return "clear" + suffix;
      }
    }

    @Override
    public String toString() {
      return unit.setField() + " " + set + ", " + unit.clearField() + " " + clear;
    }
  }

  /// The name of the environment variable that holds a secret. A topology never contains the secret
  /// itself: it is looked up only when the plan is applied.
  record SecretReference(String variable) implements AttributeValue {
    @Override
    public String toString() {
      return "${env:" + variable + "}";
    }
  }
}
