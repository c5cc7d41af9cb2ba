package stripebridge.core.topology.model;

/// The objects that a broker has now.
///
/// @param sempVersion the broker's SEMP version; a plan leaves out newer attributes
/// @param objects with every attribute that the broker returns. Includes objects outside
///   `manages:`, because objects that they use must not be deleted. Subscriptions are only needed
///   for queues in the file or under `manages:`
public record FoundTopology(SempVersion sempVersion, BrokerObjects objects) {}
