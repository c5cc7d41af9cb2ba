package stripebridge.cli.messages;

import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.QueueMessage;

/// Which messages of a queue a command is about.
///
/// @param before when their event came to the bridge, see [MessageFacts#since]; a message that does
///   not tell is not selected by it
public record Selection(MessageFilter filter, @Nullable Instant before)
    implements Predicate<QueueMessage> {
  /// Whether it is every message.
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
