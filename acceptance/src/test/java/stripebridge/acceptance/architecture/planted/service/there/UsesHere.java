package stripebridge.acceptance.architecture.planted.service.there;

import stripebridge.acceptance.architecture.planted.service.here.UsesThere;

/// The other half of a cycle.
public record UsesHere(UsesThere here) {}
