package stripebridge.acceptance.run;

/// The result of a run.
public record Outcome(int exitCode, String out, String err) {}
