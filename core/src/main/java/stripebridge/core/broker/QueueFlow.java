package stripebridge.core.broker;

import java.time.Instant;

/// A consumer or browser that is bound to a queue.
///
/// @param clientName the name that the client connected by
/// @param activity `active-consumer`, `active-browser` or `inactive` (bound and waiting for its
///   turn), in the broker's words
/// @param unacknowledged messages delivered to it and not yet acknowledged
/// @param windowSize how many messages may be on their way to it
/// @param boundSince to the second
public record QueueFlow(
    long id,
    String clientName,
    String activity,
    long unacknowledged,
    long windowSize,
    Instant boundSince) {}
