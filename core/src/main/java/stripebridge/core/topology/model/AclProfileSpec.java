package stripebridge.core.topology.model;

import java.util.Map;
import java.util.Set;

/// An ACL profile: the default actions and exceptions for connecting, publishing and subscribing.
///
/// @param external whether others own it: then it is compared but never written or deleted
public record AclProfileSpec(
    String name,
    boolean external,
    Map<String, AttributeValue> attributes,
    Set<AclException> exceptions) {
  public AclProfileSpec {
    attributes = Ordered.copy(attributes);
    exceptions = Ordered.copy(exceptions);
  }
}
