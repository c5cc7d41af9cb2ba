package stripebridge.core.topology.model;

import java.util.Map;

/// A client username: an account that connects, and the profiles it has.
public record ClientUsernameSpec(String name, Map<String, AttributeValue> attributes) {
  public ClientUsernameSpec {
    attributes = Ordered.copy(attributes);
  }
}
