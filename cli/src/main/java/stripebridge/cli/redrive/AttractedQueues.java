package stripebridge.cli.redrive;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.finding.Subscription;

/// Finds the queues that a message published to a topic reaches, by the subscriptions that SEMP
/// lists.
final class AttractedQueues {
  private final @Nullable Map<String, List<String>> subscriptions;
  private final String whyUnknown;

  private AttractedQueues(@Nullable Map<String, List<String>> subscriptions, String whyUnknown) {
    this.subscriptions = subscriptions;
    this.whyUnknown = whyUnknown;
  }

  /// Reads the subscriptions of all queues.
  ///
  /// @param admin null when SEMP is not configured
  static AttractedQueues read(@Nullable BrokerAdmin admin) throws InterruptedException {
    if (admin == null) {
      return new AttractedQueues(null, "SOLACE_SEMP_HOST is not set");
    }
    try {
      Map<String, List<String>> all = new LinkedHashMap<>();
      for (QueueStatus queue : admin.queues("")) {
        all.put(queue.name(), admin.subscriptions(queue.name()));
      }
      return new AttractedQueues(all, "");
    } catch (BrokerException e) {
      return new AttractedQueues(null, String.valueOf(e.getMessage()));
    }
  }

  /// Why the subscriptions are unknown, if they are.
  Optional<String> whyUnknown() {
    return subscriptions == null ? Optional.of(whyUnknown) : Optional.empty();
  }

  /// The queues that subscribe to at least one of these topics.
  SortedSet<String> queues(Collection<String> topics) {
    SortedSet<String> queues = new TreeSet<>();
    if (subscriptions != null) {
      subscriptions.forEach((queue, subscribed) -> {
        if (topics.stream().anyMatch(topic -> Subscription.attracts(subscribed, topic))) {
          queues.add(queue);
        }
      });
    }
    return queues;
  }
}
