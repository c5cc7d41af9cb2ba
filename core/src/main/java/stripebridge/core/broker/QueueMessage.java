package stripebridge.core.broker;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A message in a queue.
///
/// @param id the broker's name of this message, `rmid1:…` (replication group message id); absent on
///   brokers that have none
/// @param isRedelivered whether it has been with a consumer before
/// @param deliveryCount how often it has been handed out, this time included; absent where the
///   queue does not count it (`deliveryCountEnabled`)
public record QueueMessage(
    @Nullable String id,
    boolean isRedelivered,
    OptionalInt deliveryCount,
    MessageContent content) {}
