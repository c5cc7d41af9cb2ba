package stripebridge.cli.messages;

import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueStatus;

/// How many messages a queue holds, where that can be known.
public final class QueueDepth {
  /// Where it cannot be known.
  public static final long UNKNOWN = -1;

  private QueueDepth() {}

  /// The depth that SEMP tells, else [#UNKNOWN]: whoever only wants to say more to a person does
  /// not fail for it.
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
