package stripebridge.core.routing;

import org.jspecify.annotations.Nullable;

/// Where an event goes, and by which rule.
///
/// @param route the rule that took it; absent when none did
public record Routing(Topic topic, @Nullable Route route) {}
