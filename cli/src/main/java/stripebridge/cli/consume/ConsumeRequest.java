package stripebridge.cli.consume;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The options of one run of `consume`.
///
/// @param acknowledged whether to take the messages, not only show them
/// @param count the most messages to show; [#NO_LIMIT] for all
/// @param timeout how long to wait for the next message; null for the default, and to end early
///   once all messages that the queue is known to hold have arrived
/// @param follow whether to wait forever
/// @param filter terms that must all hold for a message to be shown, see
///   [stripebridge.cli.messages.MessageFilter]
/// @param redacted whether to show only data known to be harmless
public record ConsumeRequest(
    String queue,
    boolean acknowledged,
    long count,
    @Nullable Duration timeout,
    boolean follow,
    List<String> filter,
    MessageFormat format,
    boolean redacted) {
  /// No limit. Small enough that adding a window does not overflow.
  public static final long NO_LIMIT = Long.MAX_VALUE / 2;

  public ConsumeRequest {
    filter = List.copyOf(filter);
  }
}
