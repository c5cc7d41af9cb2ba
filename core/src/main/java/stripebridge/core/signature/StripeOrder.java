package stripebridge.core.signature;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Restores Stripe's order of an object's members: `id`, `object`, then the others by name. This
/// undoes sorting on the way. `metadata` has an order of its own, which cannot be restored.
final class StripeOrder {
  private static final int NESTING_MAX = 200;
  private static final Comparator<Member> ORDER =
      Comparator.comparingInt(StripeOrder::rank).thenComparing(Member::name);

  private final String json;
  private int at;

  private StripeOrder(String json) {
    this.json = json;
  }

  private record Member(String name, String text) {}

  private static int rank(Member member) {
    return switch (member.name()) {
      case "\"id\"" -> 0;
      case "\"object\"" -> 1;
      default -> 2;
    };
  }

  /// The same document in Stripe's order.
  ///
  /// @param compact JSON without white space between its tokens
  /// @return null when it is not JSON
  static @Nullable String of(String compact) {
    StripeOrder order = new StripeOrder(compact);
    try {
      String ordered = order.value(0, true);
      return order.at == compact.length() ? ordered : null;
    } catch (IndexOutOfBoundsException _) {
      return null; // Truncated, or too deep.
    }
  }

  private String value(int depth, boolean isOrdered) {
    if (depth > NESTING_MAX) {
      throw new IndexOutOfBoundsException();
    }
    return switch (json.charAt(at)) {
      case '{' -> object(depth, isOrdered);
      case '[' -> array(depth);
      case '"' -> string();
      default -> bare();
    };
  }

  private String object(int depth, boolean isOrdered) {
    List<Member> members = new ArrayList<>();
    at++;
    while (json.charAt(at) != '}') {
      String name = string();
      at++; // The colon.
      String text = value(depth + 1, !name.equals("\"metadata\""));
      members.add(new Member(name, name + ":" + text));
      if (json.charAt(at) == ',') {
        at++;
      }
    }
    at++;
    if (isOrdered) {
      members.sort(ORDER);
    }
    return "{" + String.join(",", members.stream().map(Member::text).toList()) + "}";
  }

  private String array(int depth) {
    List<String> elements = new ArrayList<>();
    at++;
    while (json.charAt(at) != ']') {
      elements.add(value(depth + 1, true));
      if (json.charAt(at) == ',') {
        at++;
      }
    }
    at++;
    return "[" + String.join(",", elements) + "]";
  }

  private String string() {
    int from = at;
    if (json.charAt(at) != '"') {
      throw new IndexOutOfBoundsException();
    }
    at++;
    while (json.charAt(at) != '"') {
      at += json.charAt(at) == '\\' ? 2 : 1;
    }
    at++;
    return json.substring(from, at);
  }

  private String bare() {
    int from = at;
    while (at < json.length() && ",]}".indexOf(json.charAt(at)) < 0) {
      at++;
    }
    if (at == from) {
      throw new IndexOutOfBoundsException();
    }
    return json.substring(from, at);
  }
}
