package stripebridge.core.routing;

import java.util.Optional;

/// Makes the topic of an event: all levels but the account, with `{rest}` at the end for what a
/// route's pattern left open.
///
/// `stripe/webhook/v1/payment_intent/{rest}` makes `…/payment_intent/succeeded` of
/// `payment_intent.succeeded` when the pattern is `payment_intent.*`.
public record TopicTemplate(String text) {
  /// Stands for the levels of what a pattern's `.*` matched.
  public static final String REST = "{rest}";

  /// The template that gives every type the topic of its own name.
  public static final TopicTemplate BY_TYPE = new TopicTemplate(Topic.ROOT + "/" + REST);

  /// @throws IllegalArgumentException when no legal topic can come of the text; see [#isLegal]
  public TopicTemplate {
    if (!isLegal(text)) {
      throw new IllegalArgumentException("no topic can be made of '" + text + "'");
    }
  }

  /// Whether a text is a legal topic without its account level, or one with `{rest}` as last level.
  public static boolean isLegal(String text) {
    String filled = text.endsWith("/" + REST) ? fill(text, "rest") : text;
    return filled.indexOf('{') < 0
        && filled.indexOf('}') < 0
        && Topic.of(filled, Topic.UNKNOWN_ACCOUNT).isPresent();
  }

  /// Whether the topic depends on what a pattern left open.
  public boolean hasRest() {
    return text.endsWith("/" + REST);
  }

  /// The topic of an event, or absent when it would not be legal.
  ///
  /// @param rest what the pattern left open, as dots separate it
  public Optional<Topic> topic(String rest, String account) {
    if (!hasRest()) {
      return Topic.of(text, account);
    }
    // A slash in a type would make two levels of one segment, and so another type's topic.
    return rest.indexOf('/') < 0 ? Topic.of(fill(text, levels(rest)), account) : Optional.empty();
  }

  private static String fill(String text, String levels) {
    return text.substring(0, text.length() - REST.length()) + levels;
  }

  /// Dots become level separators, but for those in the brackets of a thin event's type:
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
