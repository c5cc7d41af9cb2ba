package stripebridge.acceptance.architecture.planted.core;

/// Something that others use.
public record Known() {}
