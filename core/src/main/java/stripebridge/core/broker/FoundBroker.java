package stripebridge.core.broker;

import java.util.Map;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.ObjectKind;

/// What a broker has now, and what it keeps from the user who asked.
///
/// @param vpn attributes of the message VPN by SEMP's names (`enabled`, `maxMsgSpoolUsage` in MB,
///   `allowDmqEligibleEndpointOverrideEnabled`, …). One is missing where the broker is too old for
///   it or does not show it to this user
/// @param unreadable kinds that the user may not read, each with what the broker said. Their
///   objects are not in the topology, which does not mean that there are none
/// @param unwritable kinds that the user may not write, each with the right that it needs: `global
///   read-write`. Empty when the broker does not tell; then only trying will
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
