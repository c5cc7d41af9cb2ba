package stripebridge.cli.redrive;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.messages.Selection;

/// What is to be redriven, and where to.
///
/// @param from the queue or file, for messages
/// @param toQueue publish to this queue alone; absent to publish to the topics
/// @param most at most so many; `Long.MAX_VALUE` for all
/// @param perSecond at most so many a second; 0 for as fast as it goes
/// @param redrivesMax a message that came back so many times stays
/// @param timeToLive what copies get, as configured; absent to keep each message's own
/// @param dmqEligible what copies get, as configured; absent to keep each message's own
public record RedriveRequest(
    String from,
    @Nullable String toQueue,
    Selection selection,
    long most,
    double perSecond,
    int redrivesMax,
    @Nullable Duration timeToLive,
    @Nullable Boolean dmqEligible) {}
