package stripebridge.sandbox.internal.model;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Converts a JSON value to an attribute's value, or refuses it and names the attribute.
final class ValueCheck {

  private ValueCheck() {}

  /// @param given the JSON value: `Boolean`, `Long` or another number, `String`, `Map`, `List`
  static Object check(Attribute attribute, Object given) {
    return switch (attribute.type()) {
      case BOOL -> given instanceof Boolean flag ? flag : refuse(attribute, "not a boolean", given);
      case INT32, INT64 -> number(attribute, given);
      case TEXT, ENUM -> text(attribute, given);
      case THRESHOLD -> threshold(attribute, given);
    };
  }

  private static Object number(Attribute attribute, Object given) {
    if (!(given instanceof Long || given instanceof Integer)) {
      return refuse(attribute, "not a whole number", given);
    }
    long number = ((Number) given).longValue();
    Attribute.Range range = attribute.range();
    if (!range.contains(number)) {
      return refuse(attribute, "outside " + range.min() + ".." + range.max(), given);
    }
    return number;
  }

  private static Object text(Attribute attribute, Object given) {
    if (!(given instanceof String text)) {
      return refuse(attribute, "not a string", given);
    }
    if (attribute.type() == Attribute.Type.ENUM) {
      return attribute.enumValues().contains(text)
          ? text
          : refuse(attribute, "not one of " + String.join(", ", attribute.enumValues()), given);
    }
    Attribute.Range range = attribute.range();
    if (!range.contains(text.length())) {
      return refuse(
          attribute,
          "of a length outside " + range.min() + ".." + range.max(),
          text.length() + " characters");
    }
    if (attribute.pattern().isPresent() && !attribute.pattern().get().matcher(text).matches()) {
      return refuse(attribute, "not of the form " + attribute.pattern().get(), given);
    }
    if (attribute.is(Attribute.Flag.CIDR) && !isAddressWithPrefix(text.strip())) {
      return refuse(attribute, "not an address with a prefix length, such as 10.0.0.0/8", given);
    }
    return text;
  }

  private static boolean isAddressWithPrefix(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("[0-9]|[1-9][0-9]|1[0-9]{2}")) {
      return false;
    }
    try {
      // Accepts only literals, so that no name is looked up.
      InetAddress address = InetAddress.ofLiteral(text.substring(0, slash));
      boolean isShortened =
          address instanceof Inet4Address && !text.startsWith(address.getHostAddress());
      int bits = address.getAddress().length * 8;
      return !isShortened && Integer.parseInt(text.substring(slash + 1)) <= bits;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static Object threshold(Attribute attribute, Object given) {
    if (given instanceof Threshold threshold && attribute.units().contains(threshold.unit())) {
      return threshold;
    }
    if (!(given instanceof Map<?, ?> members)) {
      return refuse(attribute, "not an object with a set and a clear threshold", given);
    }
    for (Threshold.Unit unit : attribute.units()) {
      String suffix = unit == Threshold.Unit.PERCENT ? "Percent" : "Value";
      if (members.keySet().equals(Set.of("set" + suffix, "clear" + suffix))) {
        return threshold(
            attribute, unit, members.get("clear" + suffix), members.get("set" + suffix));
      }
    }
    throw new RefusedException(
        SempCode.MISSING_PARAMETER,
        "attribute '%s' takes a set and a clear threshold of one unit (%s), not %s"
            .formatted(attribute.name(), attribute.units(), members.keySet()));
  }

  private static Object threshold(
      Attribute attribute, Threshold.Unit unit, @Nullable Object clear, @Nullable Object set) {
    if (!(clear instanceof Long from && set instanceof Long to)) {
      return refuse(attribute, "not a pair of whole numbers", clear + " and " + set);
    }
    try {
      return new Threshold(unit, from, to);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          SempCode.INVALID_PARAMETER,
          "attribute '%s' %s: %s".formatted(attribute.name(), e.getMessage(), from + ":" + to));
    }
  }

  private static Object refuse(Attribute attribute, String why, Object given) {
    // A secret is never repeated, not even a wrong one.
    Object seen = attribute.is(Attribute.Flag.OPAQUE) ? "(hidden)" : given;
    throw new RefusedException(
        SempCode.INVALID_PARAMETER,
        "attribute '%s' is %s: %s".formatted(attribute.name(), why, seen));
  }
}
