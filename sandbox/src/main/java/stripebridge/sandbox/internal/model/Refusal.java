package stripebridge.sandbox.internal.model;

/// Why a request on a configuration object was refused, as SEMP tells it.
///
/// @param description what could not be done, and what was seen
public record Refusal(SempCode code, String description) {}
