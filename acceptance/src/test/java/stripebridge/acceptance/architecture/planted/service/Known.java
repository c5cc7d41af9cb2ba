package stripebridge.acceptance.architecture.planted.service;

/// A type that other modules use.
public record Known() {}
