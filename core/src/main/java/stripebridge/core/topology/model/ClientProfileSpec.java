package stripebridge.core.topology.model;

import java.util.Map;

/// A client profile: what its clients may do.
///
/// @param external whether others own it: then it is compared but never written or deleted
public record ClientProfileSpec(
    String name, boolean external, Map<String, AttributeValue> attributes) {
  public ClientProfileSpec {
    attributes = Ordered.copy(attributes);
  }
}
