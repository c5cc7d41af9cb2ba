package stripebridge.acceptance.architecture.planted.solace;

/// A type that other modules use.
public record Known() {}
