package stripebridge.core.broker;

import java.util.Map;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.ObjectKind;

/// The objects that a broker has now, and the limits of the user's rights.
///
/// @param vpn attributes of the message VPN by SEMP's names (`enabled`, `maxMsgSpoolUsage` in MB,
///   `allowDmqEligibleEndpointOverrideEnabled`, …). An attribute is missing when the broker is too
///   old for it or hides it from this user
/// @param unreadable kinds that the user may not read, each with the broker's message. Objects of
///   these kinds are absent from the topology but may exist
/// @param unwritable kinds that the user may not write, each with the required right: `global
///   read-write`. Empty when the broker does not report rights; then only an attempt shows
public record FoundBroker(
    FoundTopology topology,
    Map<String, AttributeValue> vpn,
    Map<ObjectKind, String> unreadable,
    Map<ObjectKind, String> unwritable) {
  public FoundBroker {
    vpn = Map.copyOf(vpn);
    unreadable = Map.copyOf(unreadable);
    unwritable = Map.copyOf(unwritable);
  }
}
