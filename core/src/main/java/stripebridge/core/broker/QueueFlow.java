package stripebridge.core.broker;

import java.time.Instant;

/// A consumer or browser that is bound to a queue.
///
/// @param clientName the client name of its connection
/// @param activity the broker's term: `active-consumer`, `active-browser` or `inactive` (bound,
///   waiting for its turn)
/// @param unacknowledged messages delivered to it but not yet acknowledged
/// @param windowSize how many messages may be in transit to it
/// @param boundSince to the second
public record QueueFlow(
    long id,
    String clientName,
    String activity,
    long unacknowledged,
    long windowSize,
    Instant boundSince) {}
