package stripebridge.cli.validate.evidence;

import java.util.Optional;
import stripebridge.core.broker.BrokerException;

/// How a validation learns whether a message is on a queue of the topology.
public sealed interface QueueEvidence {
  String queue();

  /// It is browsed: our messages are recorded and removed.
  ///
  /// @param spooled the queue's counter at the start; -1 if it is unknown
  record Browsed(String queue, FlowReader reader, long spooled) implements QueueEvidence {
    /// Why the queue cannot be read any more.
    public Optional<BrokerException> failure() {
      return reader.failure();
    }
  }

  /// Its counters and subscriptions are compared.
  ///
  /// @param why it is not browsed, such as `2 consumers bound`
  /// @param spooled the queue's counter at the start
  record Counted(String queue, String why, long spooled) implements QueueEvidence {}

  /// There is no evidence.
  record None(String queue, String why) implements QueueEvidence {}
}
