package stripebridge.core.routing;

import java.util.Optional;

/// Makes the topic of an event: all levels except the account, with `{rest}` at the end for the
/// part of the type that the route's `.*` matched.
///
/// `stripe/webhook/v1/payment_intent/{rest}` makes `…/payment_intent/succeeded` of
/// `payment_intent.succeeded` when the pattern is `payment_intent.*`.
public record TopicTemplate(String text) {
  /// The placeholder for the part that `.*` matched.
  public static final String REST = "{rest}";

  /// The template that names the topic after the event type.
  public static final TopicTemplate BY_TYPE = new TopicTemplate(Topic.ROOT + "/" + REST);

  /// @throws IllegalArgumentException when the text cannot make a legal topic; see [#isLegal]
  public TopicTemplate {
    if (!isLegal(text)) {
      throw new IllegalArgumentException("no topic can be made of '" + text + "'");
    }
  }

  /// Whether a text is a legal topic without the account level, with or without `{rest}` as its
  /// last level.
  public static boolean isLegal(String text) {
    String filled = text.endsWith("/" + REST) ? fill(text, "rest") : text;
    return filled.indexOf('{') < 0
        && filled.indexOf('}') < 0
        && Topic.of(filled, Topic.UNKNOWN_ACCOUNT).isPresent();
  }

  /// Whether the last level is `{rest}`.
  public boolean hasRest() {
    return text.endsWith("/" + REST);
  }

  /// The topic of an event; empty when it would not be legal.
  ///
  /// @param rest the part of the type that `.*` matched, with its dots
  public Optional<Topic> topic(String rest, String account) {
    if (!hasRest()) {
      return Topic.of(text, account);
    }
    // A slash would split one segment into two levels, and so make another type's topic.
    return rest.indexOf('/') < 0 ? Topic.of(fill(text, levels(rest)), account) : Optional.empty();
  }

  private static String fill(String text, String levels) {
    return text.substring(0, text.length() - REST.length()) + levels;
  }

  /// Turns dots into level separators, except in the brackets of a thin event's type:
  /// `v2.core.account[configuration.customer].updated` has four levels.
  private static String levels(String dotted) {
    StringBuilder levels = new StringBuilder(dotted.length());
    int open = 0;
    for (int i = 0; i < dotted.length(); i++) {
      char c = dotted.charAt(i);
      if (c == '[') {
        open++;
      } else if (c == ']' && open > 0) {
        open--;
      }
      levels.append(c == '.' && open == 0 ? '/' : c);
    }
    return levels.toString();
  }

  @Override
  public String toString() {
    return text;
  }
}
