package stripebridge.core.broker;

import java.util.Map;

/// A snapshot of a queue's state.
///
/// @param depth messages in the queue, including those delivered but not yet acknowledged
/// @param counted whether the broker counted them; else the depth is the lower bound: the
///   unacknowledged messages, or one when anything is spooled
/// @param oldestMessageId the broker's number of the oldest message; 0 for none
/// @param unacknowledged messages delivered but not yet acknowledged
/// @param spooledBytes the size of the messages on the broker's disk
/// @param maxSpoolMegabytes the queue's spool quota; with 0 it keeps only its last message
/// @param boundFlows how many consumers and browsers are bound
/// @param deadMsgQueue the name of its DMQ, whether or not that queue exists; may be empty
/// @param counters since the queue was created or its statistics were cleared
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

  /// Message counters.
  ///
  /// @param spooled messages that were added to the queue
  /// @param redelivered messages that were redelivered
  /// @param deleted messages that an administrator deleted
  /// @param movedToDmq messages that were moved to the DMQ
  /// @param lostToDmq messages that could not be moved to the DMQ and are lost
  /// @param discarded discarded messages, by SEMP's counter name
  ///   (`maxTtlExpiredDiscardedMsgCount`); only counters above zero
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
