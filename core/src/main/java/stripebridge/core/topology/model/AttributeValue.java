package stripebridge.core.topology.model;

/// The value of one SEMP attribute, as written in a topology or as found on a broker.
///
/// `toString` is how a value reads in a plan: `true`, `5`, `non-exclusive`, `""`.
public sealed interface AttributeValue {

  /// A switch.
  record Flag(boolean value) implements AttributeValue {
    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /// A whole number; its unit is that of the attribute (messages, MB, seconds).
  record Whole(long value) implements AttributeValue {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /// A text or one of an attribute's allowed words.
  record Text(String value) implements AttributeValue {
    @Override
    public String toString() {
      return value.isEmpty() ? "\"\"" : value;
    }
  }

  /// When the broker raises an event about a counter and when it says that the matter is over. SEMP
  /// takes the two numbers only together and in one unit, so they are one value here.
  record Threshold(Unit unit, long set, long clear) implements AttributeValue {
    /// What the numbers count; SEMP spells it as the end of the field: `setPercent`, `setValue`.
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

      /// SEMP's name of the number that ends it.
      public String clearField() {
        return "clear" + suffix;
      }
    }

    @Override
    public String toString() {
      return unit.setField() + " " + set + ", " + unit.clearField() + " " + clear;
    }
  }

  /// The name of the environment variable that holds a secret. A topology never holds the secret
  /// itself: it is looked up by whoever applies the plan, and only then.
  record SecretReference(String variable) implements AttributeValue {
    @Override
    public String toString() {
      return "${env:" + variable + "}";
    }
  }
}
