package stripebridge.acceptance.architecture.planted.undrawn;

record Module() {}
