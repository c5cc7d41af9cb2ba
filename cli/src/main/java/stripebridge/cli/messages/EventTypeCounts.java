package stripebridge.cli.messages;

import java.util.Map;
import java.util.TreeMap;
import stripebridge.core.broker.MessageContent;

/// How many messages there were of which event type.
public final class EventTypeCounts {
  private final Map<String, Long> counts = new TreeMap<>();
  private long total;

  public void add(MessageContent content) {
    counts.merge(MessageFacts.eventType(content), 1L, Long::sum);
    total++;
  }

  public long total() {
    return total;
  }

  /// By event type, in alphabetical order.
  public Map<String, Long> counts() {
    return counts;
  }
}
