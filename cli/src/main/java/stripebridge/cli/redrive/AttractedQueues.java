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

/// Which queues a message reaches that is published to a topic, as far as SEMP tells.
public final class AttractedQueues {
  private final @Nullable Map<String, List<String>> subscriptions;
  private final String unknownBecause;

  private AttractedQueues(
      @Nullable Map<String, List<String>> subscriptions, String unknownBecause) {
    this.subscriptions = subscriptions;
    this.unknownBecause = unknownBecause;
  }

  /// Reads all queues' subscriptions.
  ///
  /// @param admin absent when no SEMP is configured
  public static AttractedQueues read(@Nullable BrokerAdmin admin) throws InterruptedException {
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

  /// Why it is not known, if so.
  public Optional<String> unknown() {
    return subscriptions == null ? Optional.of(unknownBecause) : Optional.empty();
  }

  /// The queues that at least one of these topics reaches.
  public SortedSet<String> queues(Collection<String> topics) {
    SortedSet<String> reached = new TreeSet<>();
    if (subscriptions != null) {
      subscriptions.forEach((queue, attracted) -> {
        if (topics.stream().anyMatch(topic -> Subscription.attracts(attracted, topic))) {
          reached.add(queue);
        }
      });
    }
    return reached;
  }
}
