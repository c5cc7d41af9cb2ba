package stripebridge.sandbox.internal.semp;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// The `where` parameter: conditions that must all hold for an object to be in the response.
record Where(List<Condition> conditions) {

  static final Where ALL = new Where(List.of());

  private static final Pattern CONDITION = Pattern.compile("([A-Za-z0-9.]+)(==|!=|<=|>=|<|>)(.*)");

  record Condition(String name, String operator, String value) {

    boolean matches(Map<String, Object> object) {
      Object seen = find(object, name);
      return switch (seen) {
        case null -> operator.equals("!=");
        case Number number -> compare(number.longValue());
        case Boolean flag -> isEquality() == flag.toString().equals(value);
        default -> isEquality() == new Glob(value).matches(seen.toString());
      };
    }

    private boolean isEquality() {
      return switch (operator) {
        case "==" -> true;
        case "!=" -> false;
        default -> throw refuse("compares '" + name + "', which is not a number, with " + operator);
      };
    }

    private boolean compare(long seen) {
      long wanted;
      try {
        wanted = Long.parseLong(value);
      } catch (NumberFormatException _) {
        throw refuse("compares the number '" + name + "' with '" + value + "'");
      }
      return switch (operator) {
        case "==" -> seen == wanted;
        case "!=" -> seen != wanted;
        case "<" -> seen < wanted;
        case ">" -> seen > wanted;
        case "<=" -> seen <= wanted;
        default -> seen >= wanted;
      };
    }
  }

  static Where parse(String text) {
    return new Where(Arrays.stream(text.split(",", -1)).map(Where::condition).toList());
  }

  private static Condition condition(String text) {
    Matcher matcher = CONDITION.matcher(text);
    if (!matcher.matches()) {
      throw refuse("has no condition such as queueName==orders* in '" + text + "'");
    }
    return new Condition(matcher.group(1), matcher.group(2), matcher.group(3));
  }

  /// Refuses a name that is not an attribute of the object.
  Where checkedAgainst(Collection<String> known) {
    for (Condition condition : conditions) {
      if (!known.contains(condition.name())) {
        throw refuse("names '" + condition.name() + "', which is not an attribute of the object");
      }
    }
    return this;
  }

  boolean matches(Map<String, Object> object) {
    return conditions.stream().allMatch(condition -> condition.matches(object));
  }

  private static @Nullable Object find(Map<String, Object> object, String path) {
    @Nullable Object found = object;
    for (String name : path.split("\\.", -1)) {
      found = found instanceof Map<?, ?> nested ? nested.get(name) : null;
    }
    return found;
  }

  private static RefusedException refuse(String why) {
    return new RefusedException(SempCode.INVALID_PARAMETER, "query parameter 'where' " + why);
  }
}
