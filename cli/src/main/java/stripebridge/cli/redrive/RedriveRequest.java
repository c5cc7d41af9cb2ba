package stripebridge.cli.redrive;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.messages.Selection;

/// What to redrive, and where to.
///
/// @param from the queue, or the file as the user named it
/// @param file the file to read; null to redrive a queue
/// @param toQueue the only queue to publish to; null to publish to the messages' topics
/// @param most the most messages; `Long.MAX_VALUE` for all
/// @param perSecond the most messages per second; 0 for no limit
/// @param redrivesMax a message that was redriven so often stays where it is
/// @param timeToLive of the copies, if configured; null to keep each message's own
/// @param dmqEligible of the copies, if configured; null to keep each message's own
/// @param silence the queue counts as empty when no message arrives for so long
/// @param force whether to browse and remove even while others consume
/// @param yes whether to skip the confirmation
record RedriveRequest(
    String from,
    @Nullable Path file,
    @Nullable String toQueue,
    Selection selection,
    long most,
    double perSecond,
    int redrivesMax,
    @Nullable Duration timeToLive,
    @Nullable Boolean dmqEligible,
    Duration silence,
    boolean force,
    boolean yes) {
  /// The option that names the source, for a command to copy.
  String sourceOption() {
    return (file == null ? "--queue " : "--from-file ") + from;
  }
}
