package stripebridge.sandbox.internal.broker;

import java.util.Locale;
import stripebridge.sandbox.internal.smf.MessageParts;

/// A spooled message as the monitor shows it.
final class MessageView {
  private static final String PARTITION_KEY = "JMSXGroupID";

  private MessageView() {}

  static BrokerState.MessageSnapshot of(QueueEntry entry, Vpn vpn) {
    var message = entry.message;
    var parts = MessageParts.of(message.content());
    return new BrokerState.MessageSnapshot(
        entry.id,
        replicationGroupId(vpn.spoolerId(), message.id()),
        message.isDmqEligible(),
        entry.expiryMillis,
        message.priority(),
        Math.max(0, entry.deliveries - 1),
        entry.spooledMillis,
        entry.deliveries == 0,
        parts.xml().length,
        parts.attachment().length,
        message.publisherId() & 0xffff_ffffL,
        parts.properties().get(PARTITION_KEY) instanceof String key ? key : "");
  }

  /// The id under which clients and administrators know a message alike, as the client library
  /// prints it.
  static String replicationGroupId(long spoolerId, long messageId) {
    var spooler = String.format(Locale.ROOT, "%016x", spoolerId);
    var message = String.format(Locale.ROOT, "%016x", messageId);
    return "rmid1:%s-%s-%s-%s"
        .formatted(
            spooler.substring(0, 5),
            spooler.substring(5),
            message.substring(0, 8),
            message.substring(8));
  }

  /// The message's number out of such an id; -1 when it is none, or another broker's.
  static long messageId(long spoolerId, String replicationGroupId) {
    int length = replicationGroupId.length();
    if (length < 17) {
      return -1;
    }
    try {
      long id =
          Long.parseUnsignedLong(replicationGroupId.substring(length - 17).replace("-", ""), 16);
      return replicationGroupId(spoolerId, id).equals(replicationGroupId) ? id : -1;
    } catch (NumberFormatException _) {
      return -1;
    }
  }
}
