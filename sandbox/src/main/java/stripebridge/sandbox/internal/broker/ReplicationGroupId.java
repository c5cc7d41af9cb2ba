package stripebridge.sandbox.internal.broker;

import java.util.Locale;

/// The replication group message id: the name that clients and administrators share for a message.
/// Written as the client library prints it.
final class ReplicationGroupId {
  private ReplicationGroupId() {}

  static String of(long spoolerId, long messageId) {
    String spooler = String.format(Locale.ROOT, "%016x", spoolerId);
    String message = String.format(Locale.ROOT, "%016x", messageId);
    return "rmid1:%s-%s-%s-%s"
        .formatted(
            spooler.substring(0, 5),
            spooler.substring(5),
            message.substring(0, 8),
            message.substring(8));
  }

  /// The message's number in the spool; -1 when the text is not such an id, or is from another
  /// broker.
  static long messageId(long spoolerId, String replicationGroupId) {
    int length = replicationGroupId.length();
    if (length < 17) {
      return -1;
    }
    try {
      long id =
          Long.parseUnsignedLong(replicationGroupId.substring(length - 17).replace("-", ""), 16);
      return of(spoolerId, id).equals(replicationGroupId) ? id : -1;
    } catch (NumberFormatException _) {
      return -1;
    }
  }
}
