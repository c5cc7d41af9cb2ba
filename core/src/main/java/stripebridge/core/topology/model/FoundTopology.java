package stripebridge.core.topology.model;

/// What a broker has now.
///
/// @param sempVersion what the broker speaks; attributes newer than that are left out of a plan
/// @param objects with every attribute that the broker returns. Objects outside `manages:` belong
///   in here too: what they use is not deleted. Subscriptions are needed only for queues of the
///   file or under `manages:`
public record FoundTopology(SempVersion sempVersion, BrokerObjects objects) {}
