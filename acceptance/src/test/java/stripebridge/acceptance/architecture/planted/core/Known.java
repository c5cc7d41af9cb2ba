package stripebridge.acceptance.architecture.planted.core;

/// A type that other modules use.
public record Known() {}
