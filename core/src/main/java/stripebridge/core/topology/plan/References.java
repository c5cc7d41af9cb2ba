package stripebridge.core.topology.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.Resource;

/// The references between resources of a broker.
final class References {
  private References() {}

  /// The resources that an object with these attributes requires. Parts have no references here:
  /// they come and go with their object.
  static List<Resource> of(Resource resource, Map<String, AttributeValue> attributes) {
    List<Resource> targets = new ArrayList<>();
    switch (resource) {
      case Resource.ClientUsername _ -> {
        if (attributes.get("clientProfileName") instanceof AttributeValue.Text(String name)) {
          targets.add(new Resource.ClientProfile(name));
        }
        if (attributes.get("aclProfileName") instanceof AttributeValue.Text(String name)) {
          targets.add(new Resource.AclProfile(name));
        }
      }
      case Resource.Queue(String own) -> {
        if (attributes.get("deadMsgQueue") instanceof AttributeValue.Text(String name)
            && !name.isEmpty()
            && !name.equals(own)) {
          targets.add(new Resource.Queue(name));
        }
      }
      case Resource.ClientProfile _,
          Resource.AclProfile _,
          Resource.AclProfileException _,
          Resource.Subscription _ -> {}
    }
    return targets;
  }
}
