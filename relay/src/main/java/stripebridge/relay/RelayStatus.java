package stripebridge.relay;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How a relay is, at one moment.
///
/// @param isConnected whether a producer is open and its connection up
/// @param isStalled whether the broker has left all that is in flight unanswered for too long, and
///   has answered nothing since
/// @param isInboxAway whether claiming or settling failed when last tried
/// @param topicsHeld how many topics wait for the broker to take a message it refused
/// @param topicsHeldFirst the first of them by name, at most [#TOPICS_NAMED_MAX]
/// @param lastTurn when the thread that has been silent longest last did something
/// @param failure the bug the relay has died of
public record RelayStatus(
    boolean isConnected,
    boolean isStalled,
    boolean isInboxAway,
    int topicsHeld,
    List<String> topicsHeldFirst,
    Instant lastTurn,
    Optional<Throwable> failure) {
  /// As many topics as an answer or a log line names.
  public static final int TOPICS_NAMED_MAX = 10;

  public RelayStatus {
    topicsHeldFirst = List.copyOf(topicsHeldFirst);
  }
}
