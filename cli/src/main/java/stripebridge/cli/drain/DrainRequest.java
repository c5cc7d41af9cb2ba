package stripebridge.cli.drain;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.messages.Selection;

/// What to drain, and where to.
///
/// @param to the file; null to delete the messages, or to count them only
/// @param fileName the file as the user named it; empty without one
/// @param dryRun whether to count only
/// @param most the most messages; `Long.MAX_VALUE` for all
/// @param silence the queue counts as empty when no message arrives for so long
/// @param force whether to browse and remove even while others consume
/// @param yes whether to skip the confirmation
record DrainRequest(
    String queue,
    @Nullable Path to,
    String fileName,
    boolean dryRun,
    long most,
    Selection selection,
    Duration silence,
    boolean force,
    boolean yes) {
  /// Whether to browse the queue. A consumer would raise the delivery counts of the messages that
  /// it receives and does not take.
  boolean isBrowsing() {
    return dryRun || !selection.isEverything();
  }
}
