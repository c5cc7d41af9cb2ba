package stripebridge.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import stripebridge.core.broker.Refusal;

/// The state of a relay at one moment.
///
/// @param isConnected whether a producer is open and its connection up
/// @param isStalled whether the broker answered nothing for too long and has not answered since
/// @param isInboxAway whether the last attempt to claim or settle failed
/// @param topicsHeld the number of held topics
/// @param topicsHeldFirst the first of them by name, at most [#TOPICS_NAMED_MAX]
/// @param lastTurn when the longest silent thread last did something
/// @param failure the bug that ended the relay
public record RelayStatus(
    boolean isConnected,
    boolean isStalled,
    boolean isInboxAway,
    int topicsHeld,
    List<HeldTopic> topicsHeldFirst,
    Instant lastTurn,
    Optional<Throwable> failure) {
  /// A topic that the broker does not accept messages on for now.
  ///
  /// @param topic the full topic
  /// @param cause the refusal that held it
  public record HeldTopic(String topic, Refusal cause) {}

  /// The most topics that an answer or a log line names.
  public static final int TOPICS_NAMED_MAX = 10;

  // The relay's threads are active at least once a second, whatever is away.
  private static final Duration TURN_MAX = Duration.ofSeconds(30);

  public RelayStatus {
    topicsHeldFirst = List.copyOf(topicsHeldFirst);
  }

  /// Whether the relay works: it has not died, and has done something in the last 30 s.
  ///
  /// @param now by the relay's clock
  public boolean isAlive(Instant now) {
    return failure.isEmpty() && Duration.between(lastTurn, now).compareTo(TURN_MAX) <= 0;
  }
}
