package stripebridge.core.topology.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Objects of one message VPN: those that a topology wants, or those that a broker has.
public record BrokerObjects(
    List<ClientProfileSpec> clientProfiles,
    List<AclProfileSpec> aclProfiles,
    List<ClientUsernameSpec> clientUsernames,
    List<QueueSpec> queues) {
  /// No objects.
  public static final BrokerObjects NONE =
      new BrokerObjects(List.of(), List.of(), List.of(), List.of());

  public BrokerObjects {
    clientProfiles = List.copyOf(clientProfiles);
    aclProfiles = List.copyOf(aclProfiles);
    clientUsernames = List.copyOf(clientUsernames);
    queues = List.copyOf(queues);
  }

  /// Every object with its attributes; exceptions and subscriptions follow their object.
  public SequencedMap<Resource, Map<String, AttributeValue>> resources() {
    SequencedMap<Resource, Map<String, AttributeValue>> all = new LinkedHashMap<>();
    for (ClientProfileSpec profile : clientProfiles) {
      all.put(new Resource.ClientProfile(profile.name()), profile.attributes());
    }
    for (AclProfileSpec profile : aclProfiles) {
      all.put(new Resource.AclProfile(profile.name()), profile.attributes());
      for (AclException exception : profile.exceptions()) {
        all.put(new Resource.AclProfileException(profile.name(), exception), Map.of());
      }
    }
    for (ClientUsernameSpec username : clientUsernames) {
      all.put(new Resource.ClientUsername(username.name()), username.attributes());
    }
    for (QueueSpec queue : queues) {
      all.put(new Resource.Queue(queue.name()), queue.attributes());
      for (String topic : queue.subscriptions()) {
        all.put(new Resource.Subscription(queue.name(), topic), Map.of());
      }
    }
    return all;
  }
}
