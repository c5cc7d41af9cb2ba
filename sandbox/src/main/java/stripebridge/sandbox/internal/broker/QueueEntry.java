package stripebridge.sandbox.internal.broker;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.smf.MessageParts;

/// A message's place in one queue. Everything here is guarded by the queue's lock. Kept small: a
/// full spool has a million of these.
final class QueueEntry {
  static final Comparator<QueueEntry> BY_ID = Comparator.comparingLong(entry -> entry.id);
  static final Comparator<QueueEntry> BY_PRIORITY =
      Comparator.<QueueEntry>comparingInt(entry -> -entry.message.priority()).thenComparing(BY_ID);
  static final Comparator<QueueEntry> BY_EXPIRY =
      Comparator.<QueueEntry>comparingLong(entry -> entry.expiryMillis).thenComparing(BY_ID);

  private static final String PARTITION_KEY = "JMSXGroupID";

  final SpooledMessage message;

  /// Increases along the queue.
  final long id;

  final long spooledMillis;

  /// Whether it is another queue's dead message.
  final boolean isDeadMessage;

  /// Epoch milliseconds, 0 for never.
  long expiryMillis;

  int deliveries;
  boolean isRemoved;
  @Nullable ConsumerFlow deliveredTo;
  @Nullable QueueEntry previous;
  @Nullable QueueEntry next;

  QueueEntry(SpooledMessage message, long id, long spooledMillis, boolean isDeadMessage) {
    this.message = message;
    this.id = id;
    this.spooledMillis = spooledMillis;
    this.isDeadMessage = isDeadMessage;
  }

  boolean isExpiredAt(long millis) {
    return expiryMillis != 0 && expiryMillis <= millis;
  }

  /// This message as the monitor shows it.
  BrokerManagement.MessageSnapshot snapshot(long spoolerId) {
    MessageParts parts = MessageParts.of(message.content());
    return new BrokerManagement.MessageSnapshot(
        id,
        ReplicationGroupId.of(spoolerId, message.id()),
        message.isDmqEligible(),
        expiryMillis,
        message.priority(),
        Math.max(0, deliveries - 1),
        spooledMillis,
        deliveries == 0,
        parts.xml().length,
        parts.attachment().length,
        message.publisherId() & 0xffff_ffffL,
        parts.properties().get(PARTITION_KEY) instanceof String key ? key : "");
  }
}
