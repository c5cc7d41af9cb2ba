package stripebridge.acceptance.run;

/// What a run left behind.
public record Outcome(int exitCode, String out, String err) {}
