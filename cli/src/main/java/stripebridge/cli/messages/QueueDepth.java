package stripebridge.cli.messages;

import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueStatus;

/// Reads how many messages a queue holds, if SEMP is configured and answers.
public final class QueueDepth {
  /// The depth is unknown.
  public static final long UNKNOWN = -1;

  private QueueDepth() {}

  /// The depth, else [#UNKNOWN]. It never fails: the depth only makes messages to the user more
  /// precise.
  public static long of(@Nullable BrokerAdmin admin, String queue) throws InterruptedException {
    if (admin == null) {
      return UNKNOWN;
    }
    try {
      return admin.queue(queue).map(QueueStatus::depth).orElse(UNKNOWN);
    } catch (BrokerException _) {
      return UNKNOWN;
    }
  }
}
