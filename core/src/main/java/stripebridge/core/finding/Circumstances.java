package stripebridge.core.finding;

import java.util.OptionalLong;

/// What findings need to know beside the topology and the objects of the VPN.
///
/// @param spoolMegabytes what the message VPN may keep (SEMP's `maxMsgSpoolUsage`); absent when it
///   could not be read
/// @param messageTtlMillis what the bridge publishes with; 0 is for ever
public record Circumstances(OptionalLong spoolMegabytes, long messageTtlMillis) {}
