package stripebridge.cli.messages;

import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueFlow;

/// Keeps what removes messages by browsing away from queues that others consume: a message that a
/// consumer has in its hands would be taken, and handled, twice.
public final class OtherConsumers {
  private static final String BROWSER = "active-browser";

  private OtherConsumers() {}

  /// Finds out whether others consume a queue.
  ///
  /// @param admin absent when no SEMP is configured
  /// @param what would be done, such as `drain 'q' by filter`
  /// @throws CommandFailure when others consume, or it cannot be found out
  public static void refuse(@Nullable BrokerAdmin admin, String queue, String what)
      throws InterruptedException {
    if (admin == null) {
      throw CommandFailure.usage(
          "cannot " + what + ": without SEMP nobody can tell whether others consume the queue",
          "set SOLACE_SEMP_HOST, SOLACE_SEMP_USERNAME and SOLACE_SEMP_PASSWORD, or pass --force");
    }
    List<String> consumers;
    try {
      consumers =
          admin.flows(queue).stream()
              .filter(flow -> !flow.activity().equals(BROWSER))
              .map(QueueFlow::clientName)
              .distinct()
              .toList();
    } catch (BrokerException e) {
      throw new CommandFailure(
          ExitCode.UNAVAILABLE,
          "cannot %s: who consumes the queue is unknown: %s".formatted(what, e.getMessage()),
          "--force does it without asking");
    }
    if (!consumers.isEmpty()) {
      throw new CommandFailure(
          ExitCode.DIFFERENCES,
          "cannot %s: %s consume%s from it; nothing was touched"
              .formatted(what, String.join(", ", consumers), consumers.size() == 1 ? "s" : ""),
          "stop them, or pass --force: what they hold right now may then be handled twice");
    }
  }
}
