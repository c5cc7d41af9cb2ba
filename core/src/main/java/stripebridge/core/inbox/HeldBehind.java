package stripebridge.core.inbox;

import org.jspecify.annotations.Nullable;

/// What a held entry waits behind: earlier entries of its topic, or of its topic and partition key.
/// An inbox stores it as a text.
///
/// @param topic the whole topic, the account level included
/// @param key the partition key; null when the entry waits behind the topic itself
public record HeldBehind(String topic, @Nullable String key) {
  // A topic has no control characters, so the first one separates it from the key.
  private static final char SEPARATOR = '\t';

  /// Reads what [#text] wrote. A text without a key is a topic.
  public static HeldBehind of(String text) {
    int end = text.indexOf(SEPARATOR);
    return end < 0
        ? new HeldBehind(text, null)
        : new HeldBehind(text.substring(0, end), text.substring(end + 1));
  }

  /// The stored form: the topic, and after a tab the key if there is one.
  public String text() {
    return key == null ? topic : topic + SEPARATOR + key;
  }
}
