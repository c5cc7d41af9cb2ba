package stripebridge.cli.consume;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one run of `consume` was asked for.
///
/// @param acknowledged whether messages are taken, else they are looked at
/// @param count at most so many are shown; [#NO_LIMIT] for all
/// @param timeout how long to wait for a next message; null for as long as is usual, and no longer
///   than it takes to see what the queue is known to hold
/// @param follow whether to wait for ever
/// @param filter terms that all hold for what is shown, see
///   [stripebridge.cli.messages.MessageFilter]; the others are passed over
/// @param redacted whether only what is known to be harmless is shown
public record ConsumeRequest(
    String queue,
    boolean acknowledged,
    long count,
    @Nullable Duration timeout,
    boolean follow,
    List<String> filter,
    MessageFormat format,
    boolean redacted) {
  /// The count of who wants all that there are; who adds a window to it gets no negative number.
  public static final long NO_LIMIT = Long.MAX_VALUE / 2;

  public ConsumeRequest {
    filter = List.copyOf(filter);
  }
}
