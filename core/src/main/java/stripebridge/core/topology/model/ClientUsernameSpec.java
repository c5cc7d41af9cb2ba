package stripebridge.core.topology.model;

import java.util.Map;

/// A client username: an account for clients, with its profiles.
public record ClientUsernameSpec(String name, Map<String, AttributeValue> attributes) {
  public ClientUsernameSpec {
    attributes = Ordered.copy(attributes);
  }
}
