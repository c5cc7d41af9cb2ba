package stripebridge.core.broker;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A message in a queue.
///
/// @param id the replication group message id, `rmid1:…`; null on brokers without it
/// @param isRedelivered whether it was delivered to a consumer before
/// @param deliveryCount how often it has been delivered, this time included; empty when the queue
///   does not count (`deliveryCountEnabled`)
public record QueueMessage(
    @Nullable String id,
    boolean isRedelivered,
    OptionalInt deliveryCount,
    MessageContent content) {}
