package stripebridge.core.routing;

import java.util.Optional;
import stripebridge.core.event.EventType;

/// Which event types a route takes: one type, or with `.*` at the end all below a prefix.
///
/// @param text `invoice.finalized` or `payment_intent.*`
public record EventPattern(String text) {
  private static final String ALL_BELOW = ".*";

  /// @throws IllegalArgumentException when the text is no pattern; ask [#isLegal] first
  public EventPattern {
    if (!isLegal(text)) {
      throw new IllegalArgumentException("neither an event type nor a prefix and '.*': " + text);
    }
  }

  /// Whether a text is a type, or a type and `.*`.
  public static boolean isLegal(String text) {
    String prefix = text.endsWith(ALL_BELOW) ? text.substring(0, text.length() - 2) : text;
    return EventType.isLegal(prefix) && prefix.indexOf('*') < 0;
  }

  /// What this pattern leaves open of a type, such as `succeeded` of `payment_intent.succeeded`;
  /// empty for a pattern without `.*`. Absent when the type does not match.
  public Optional<String> match(EventType type) {
    if (!text.endsWith(ALL_BELOW)) {
      return type.text().equals(text) ? Optional.of("") : Optional.empty();
    }
    String prefix = text.substring(0, text.length() - 1);
    return type.text().startsWith(prefix) && type.text().length() > prefix.length()
        ? Optional.of(type.text().substring(prefix.length()))
        : Optional.empty();
  }

  /// Whether every type that another pattern takes is taken by this one.
  public boolean covers(EventPattern other) {
    if (!text.endsWith(ALL_BELOW)) {
      return text.equals(other.text);
    }
    String prefix = text.substring(0, text.length() - 1);
    return other.text.startsWith(prefix) && other.text.length() > prefix.length();
  }

  @Override
  public String toString() {
    return text;
  }
}
