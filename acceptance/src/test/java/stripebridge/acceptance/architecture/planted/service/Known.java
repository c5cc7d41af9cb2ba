package stripebridge.acceptance.architecture.planted.service;

/// Something that others use.
public record Known() {}
