package stripebridge.acceptance.architecture.planted.solace;

/// Something that others use.
public record Known() {}
