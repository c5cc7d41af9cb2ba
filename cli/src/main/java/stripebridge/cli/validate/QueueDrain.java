package stripebridge.cli.validate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import stripebridge.cli.output.Counted;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Flow;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.topology.model.QueueSpec;

/// Removes messages before a validation: those that earlier ones left, or all. It browses, so that
/// nothing else of a message is touched.
final class QueueDrain {
  private static final String NAME = "the queues are drained";
  private static final int WINDOW = 255;
  // A queue has been read to its end when nothing came for so long.
  private static final Duration END = Duration.ofSeconds(1);

  private final ValidateRequest setup;
  private final Checks checks;

  QueueDrain(ValidateRequest setup, Checks checks) {
    this.setup = setup;
    this.checks = checks;
  }

  void run(Session session, WatchedQueues.Usage use) throws InterruptedException {
    if (setup.drain() == ValidateRequest.Drain.NOTHING) {
      return;
    }
    List<String> notes = new ArrayList<>();
    long removed = 0;
    for (QueueSpec queue : setup.topology().objects().queues()) {
      QueueStatus status = use.statuses().get(queue.name());
      if (!use.consumers().getOrDefault(queue.name(), List.of()).isEmpty()) {
        // What a consumer has in its hands would be handled, and be gone.
        notes.add(queue.name() + " has consumers, and is left as it is");
        continue;
      }
      boolean isDmq = queue.subscriptions().isEmpty();
      boolean isDeep = status != null && status.depth() > WatchedQueues.DEPTH_MAX;
      if (setup.drain() == ValidateRequest.Drain.SYNTHETIC ? isDeep : isDmq) {
        notes.add(queue.name() + (isDmq ? " is left as it is" : " is too deep, and left as it is"));
        continue;
      }
      try (Flow flow = session.browse(queue.name(), WINDOW)) {
        removed += drain(flow, status == null ? Long.MAX_VALUE : status.depth());
      } catch (BrokerException e) {
        notes.add(String.valueOf(e.getMessage()));
      }
    }
    checks.passed(Stage.TOPOLOGY, NAME, Counted.of(removed, "message") + " removed", notes);
  }

  /// @param max what was there when it began; a busy queue never comes to its end
  private long drain(Flow flow, long max) throws BrokerException, InterruptedException {
    long removed = 0;
    for (long seen = 0; seen < max; seen++) {
      Delivery delivery = flow.next(END);
      if (delivery == null) {
        return removed;
      }
      if (setup.drain() == ValidateRequest.Drain.ALL || isOurs(delivery.message().content())) {
        delivery.acknowledge();
        removed++;
      }
    }
    return removed;
  }

  private boolean isOurs(MessageContent message) {
    return Boolean.TRUE.equals(message.userProperties().get("synthetic"))
        && setup.account().equals(message.text("stripe_account_id"));
  }
}
