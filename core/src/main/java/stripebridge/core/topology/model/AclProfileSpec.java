package stripebridge.core.topology.model;

import java.util.Map;
import java.util.Set;

/// An ACL profile: who may connect, publish and subscribe, as default actions and exceptions.
///
/// @param external true when others own it: it is compared, and never written or deleted
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
