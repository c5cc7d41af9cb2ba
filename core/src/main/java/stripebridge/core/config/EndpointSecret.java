package stripebridge.core.config;

import org.jspecify.annotations.Nullable;

/// The signing secret of one webhook endpoint.
public record EndpointSecret(@Nullable String label, Secret secret) {}
