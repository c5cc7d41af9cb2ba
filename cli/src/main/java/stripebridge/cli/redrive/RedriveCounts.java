package stripebridge.cli.redrive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import stripebridge.cli.messages.MessageFacts;
import stripebridge.core.broker.MessageContent;

/// Counts redriven messages by event type and topic, and lists those that stay. A preview counts
/// what would be redriven.
final class RedriveCounts {
  private static final int NAMED_MAX = 20;

  private final Map<String, OfType> types = new TreeMap<>();
  private final List<String> stayed = new ArrayList<>();
  private long redriven;
  private long notPersistent;
  private long stayedCount;

  /// One event type.
  static final class OfType {
    private final SortedSet<String> topics = new TreeSet<>();
    private long messages;

    long messages() {
      return messages;
    }

    SortedSet<String> topics() {
      return topics;
    }
  }

  void redriven(MessageContent message, String topic) {
    OfType type = types.computeIfAbsent(MessageFacts.eventType(message), _ -> new OfType());
    type.messages++;
    type.topics.add(topic);
    redriven++;
    notPersistent += message.extras().isPersistent() ? 0 : 1;
  }

  void stays(String name, String reason) {
    stayedCount++;
    if (stayed.size() < NAMED_MAX) {
      stayed.add(name + " stays: " + reason);
    }
  }

  /// How many messages were redriven.
  long redriven() {
    return redriven;
  }

  /// How many of them were NON_PERSISTENT; their copies are PERSISTENT.
  long notPersistent() {
    return notPersistent;
  }

  /// By event type.
  Map<String, OfType> types() {
    return types;
  }

  /// How many stay.
  long stayedCount() {
    return stayedCount;
  }

  /// The first of those that stay, each with the reason.
  List<String> stayed() {
    return stayed;
  }
}
