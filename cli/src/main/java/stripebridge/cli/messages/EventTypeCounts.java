package stripebridge.cli.messages;

import java.util.Map;
import java.util.TreeMap;
import stripebridge.core.broker.MessageContent;

/// Counts messages by event type. Thread-safe.
public final class EventTypeCounts {
  private final Map<String, Long> counts = new TreeMap<>();
  private long total;

  public synchronized void add(MessageContent content) {
    counts.merge(MessageFacts.eventType(content), 1L, Long::sum);
    total++;
  }

  public synchronized long total() {
    return total;
  }

  /// By event type, in alphabetical order.
  public synchronized Map<String, Long> counts() {
    return new TreeMap<>(counts);
  }
}
