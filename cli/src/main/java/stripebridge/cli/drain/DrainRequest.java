package stripebridge.cli.drain;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.messages.Selection;

/// What is to be drained.
///
/// @param to the file; absent when the messages are thrown away or only counted
/// @param dryRun whether they are only counted
/// @param most at most so many; `Long.MAX_VALUE` for all
/// @param silence how long none has come when the queue counts as empty
/// @param force whether to go on where others consume
public record DrainRequest(
    String queue,
    @Nullable Path to,
    boolean dryRun,
    long most,
    Selection selection,
    Duration silence,
    boolean force) {
  /// Whether messages are looked at one by one and left where they are, or removed, by browsing. A
  /// consumer would raise the delivery counts of what it is handed and does not take.
  public boolean isBrowsing() {
    return dryRun || !selection.isEverything();
  }

  /// What is about to be done, for messages.
  String what() {
    return "drain '" + queue + "'";
  }
}
