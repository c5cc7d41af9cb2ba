package stripebridge.core.topology.model;

import java.util.Map;
import java.util.Set;

/// A queue: its attributes by SEMP name and the topics it attracts.
///
/// @param subscriptions SMF topics with wildcards, in the order of the file
public record QueueSpec(
    String name, Map<String, AttributeValue> attributes, Set<String> subscriptions) {
  public QueueSpec {
    attributes = Ordered.copy(attributes);
    subscriptions = Ordered.copy(subscriptions);
  }
}
