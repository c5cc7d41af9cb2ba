package stripebridge.core.broker;

import java.util.Map;

/// How a queue is used, at the moment of asking.
///
/// @param depth messages in the queue, those delivered and not yet acknowledged included
/// @param counted whether the broker counted them; else the depth is the least there can be: the
///   unacknowledged, or one when something is spooled
/// @param oldestMessageId the broker's number of the message that came in first; 0 when it names
///   none
/// @param unacknowledged messages delivered and not yet acknowledged
/// @param spooledBytes what the messages take on the broker's disk
/// @param maxSpoolMegabytes the queue's quota for that; with 0 it keeps only its last message
/// @param boundFlows how many consumers and browsers are bound
/// @param deadMsgQueue the name of its DMQ, whether or not there is such a queue; may be empty
/// @param counters since the queue was made or its statistics were cleared
public record QueueStatus(
    String name,
    long depth,
    boolean counted,
    long oldestMessageId,
    long unacknowledged,
    long spooledBytes,
    long maxSpoolMegabytes,
    long boundFlows,
    boolean ingressEnabled,
    boolean egressEnabled,
    String deadMsgQueue,
    Counters counters) {

  /// How many messages something has happened to.
  ///
  /// @param spooled messages that came into the queue
  /// @param redelivered messages delivered once more
  /// @param deleted messages that an administrator deleted
  /// @param movedToDmq messages that went to the DMQ
  /// @param lostToDmq messages that should have gone to the DMQ and could not, so are gone
  /// @param discarded messages dropped, by SEMP's name of the counter
  ///   (`maxTtlExpiredDiscardedMsgCount`); only those above zero
  public record Counters(
      long spooled,
      long redelivered,
      long deleted,
      long movedToDmq,
      long lostToDmq,
      Map<String, Long> discarded) {
    public Counters {
      discarded = Map.copyOf(discarded);
    }
  }
}
