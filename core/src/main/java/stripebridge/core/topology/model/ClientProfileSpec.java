package stripebridge.core.topology.model;

import java.util.Map;

/// A client profile: what clients with it may do.
///
/// @param external true when others own it: it is compared, and never written or deleted
public record ClientProfileSpec(
    String name, boolean external, Map<String, AttributeValue> attributes) {
  public ClientProfileSpec {
    attributes = Ordered.copy(attributes);
  }
}
