package stripebridge.core.routing;

import java.util.Optional;
import stripebridge.core.event.EventType;

/// The event types that a route matches: one type, or with `.*` at the end all types under a
/// prefix.
///
/// @param text `invoice.finalized` or `payment_intent.*`
public record EventPattern(String text) {
  private static final String STAR = ".*";

  /// @throws IllegalArgumentException when the text is not a legal pattern; check [#isLegal] first
  public EventPattern {
    if (!isLegal(text)) {
      throw new IllegalArgumentException(
          "neither an event type nor a prefix followed by '.*': " + text);
    }
  }

  /// Whether a text is a type, or a type followed by `.*`.
  static boolean isLegal(String text) {
    String prefix = text.endsWith(STAR) ? text.substring(0, text.length() - 2) : text;
    return EventType.isLegal(prefix) && prefix.indexOf('*') < 0;
  }

  /// The part of a type that `.*` matches, such as `succeeded` of `payment_intent.succeeded`; an
  /// empty text for a pattern without `.*`. Empty when the type does not match.
  public Optional<String> match(EventType type) {
    if (!text.endsWith(STAR)) {
      return type.text().equals(text) ? Optional.of("") : Optional.empty();
    }
    String prefix = text.substring(0, text.length() - 1);
    return type.text().startsWith(prefix) && type.text().length() > prefix.length()
        ? Optional.of(type.text().substring(prefix.length()))
        : Optional.empty();
  }

  /// Whether this pattern matches every type that another one matches.
  public boolean covers(EventPattern other) {
    if (!text.endsWith(STAR)) {
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
