package stripebridge.cli.messages;

import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.ExitCode;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueFlow;

/// Refuses to remove messages by browsing from a queue that others consume: a message that a
/// consumer already has would be processed twice.
public final class OtherConsumers {
  private static final String BROWSER = "active-browser";

  private OtherConsumers() {}

  /// Fails when others consume the queue, or their number is unknown.
  ///
  /// @param admin null when SEMP is not configured
  /// @param what the refused action, such as `drain 'q' by browsing`
  public static void refuse(@Nullable BrokerAdmin admin, String queue, String what)
      throws InterruptedException {
    if (admin == null) {
      throw CommandFailure.usage(
          "cannot "
              + what
              + ": only SEMP shows whether others consume the queue, and it is not configured",
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
          "cannot %s: its consumers are unknown: %s".formatted(what, e.getMessage()),
          "--force skips this check");
    }
    if (!consumers.isEmpty()) {
      throw new CommandFailure(
          ExitCode.DIFFERENCES,
          "cannot %s: %s consume%s from it; nothing was touched"
              .formatted(what, String.join(", ", consumers), consumers.size() == 1 ? "s" : ""),
          "stop them, or pass --force: messages that they have received may be processed twice");
    }
  }
}
