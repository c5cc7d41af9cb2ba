package stripebridge.acceptance.architecture.planted.semp;

/// A type of the generated client.
public record Generated() {}
