package stripebridge.core.finding;

import java.util.OptionalLong;
import java.util.Set;
import stripebridge.core.topology.model.ObjectKind;

/// What findings need to know beside the topology and the objects of the VPN.
///
/// @param spoolMegabytes what the message VPN may keep (SEMP's `maxMsgSpoolUsage`); absent when it
///   could not be read
/// @param messageTtlMillis what the bridge publishes with; 0 is for ever
/// @param unwritable kinds of objects that stay as they are on the broker, whatever the topology
///   says
public record FindingContext(
    OptionalLong spoolMegabytes, long messageTtlMillis, Set<ObjectKind> unwritable) {
  public FindingContext {
    unwritable = Set.copyOf(unwritable);
  }
}
