package stripebridge.cli.messages;

import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.QueueMessage;

/// Selects the messages of a queue that a command works on.
///
/// @param before selects messages whose event reached the bridge earlier, see [MessageFacts#since];
///   a message without that time is not selected
public record Selection(MessageFilter filter, @Nullable Instant before)
    implements Predicate<QueueMessage> {
  /// Whether every message is selected.
  public boolean isEverything() {
    return filter.isEmpty() && before == null;
  }

  @Override
  public boolean test(QueueMessage message) {
    Instant limit = before;
    return filter.test(message)
        && (limit == null
            || MessageFacts.since(message.content()).filter(limit::isAfter).isPresent());
  }
}
