package stripebridge.core.config;

import org.jspecify.annotations.Nullable;

/// The signing secret of one webhook endpoint.
///
/// @param label what the operator calls the endpoint; several secrets may share one while a secret
///   is rolled. One that begins with `acct_` names the account of the endpoint's events
public record EndpointSecret(@Nullable String label, Secret secret) {}
