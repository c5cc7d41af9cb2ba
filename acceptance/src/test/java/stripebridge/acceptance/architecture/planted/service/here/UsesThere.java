package stripebridge.acceptance.architecture.planted.service.here;

import stripebridge.acceptance.architecture.planted.service.there.UsesHere;

/// One half of a cycle.
public record UsesThere(UsesHere there) {}
