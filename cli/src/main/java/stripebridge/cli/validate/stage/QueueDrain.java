package stripebridge.cli.validate.stage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import stripebridge.cli.output.Counted;
import stripebridge.cli.validate.evidence.WatchedQueues;
import stripebridge.cli.validate.report.Checks;
import stripebridge.cli.validate.report.Stage;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueAccess.Flow;
import stripebridge.core.broker.QueueAccess.Session;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.topology.model.QueueSpec;

/// Removes messages before a validation: those of earlier validations, or all. It browses, so that
/// no other message changes.
public final class QueueDrain {
  private static final String NAME = "the queues are drained";
  private static final int WINDOW = 255;
  // A queue is read to its end when nothing arrives for this long.
  private static final Duration END = Duration.ofSeconds(1);

  private final ValidateRequest request;
  private final Checks checks;

  public QueueDrain(ValidateRequest request, Checks checks) {
    this.request = request;
    this.checks = checks;
  }

  public void run(Session session, WatchedQueues.Usage usage) throws InterruptedException {
    if (request.drain() == ValidateRequest.Drain.NOTHING) {
      return;
    }
    List<String> notes = new ArrayList<>();
    long removed = 0;
    for (QueueSpec queue : request.topology().objects().queues()) {
      QueueStatus status = usage.statuses().get(queue.name());
      if (!usage.consumers().getOrDefault(queue.name(), List.of()).isEmpty()) {
        // A consumer may be processing a message that would be removed.
        notes.add(queue.name() + " has consumers and was not drained");
        continue;
      }
      boolean isDmq = queue.subscriptions().isEmpty();
      boolean isDeep = status != null && status.depth() > WatchedQueues.DEPTH_MAX;
      if (request.drain() == ValidateRequest.Drain.SYNTHETIC ? isDeep : isDmq) {
        notes.add(
            queue.name()
                + (isDmq ? " is a DMQ and was not drained" : " is too deep and was not drained"));
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

  /// @param max the depth at the start; a busy queue never ends
  private long drain(Flow flow, long max) throws BrokerException, InterruptedException {
    long removed = 0;
    for (long seen = 0; seen < max; seen++) {
      Delivery delivery = flow.next(END);
      if (delivery == null) {
        return removed;
      }
      if (request.drain() == ValidateRequest.Drain.ALL || isOurs(delivery.message().content())) {
        delivery.acknowledge();
        removed++;
      }
    }
    return removed;
  }

  private boolean isOurs(MessageContent message) {
    return Boolean.TRUE.equals(message.userProperties().get("synthetic"))
        && request.account().equals(message.text("stripe_account_id"));
  }
}
