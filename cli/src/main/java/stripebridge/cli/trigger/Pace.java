package stripebridge.cli.trigger;

/// How fast webhooks are posted.
///
/// @param rate events a second; 0 for as many as are answered
/// @param concurrency how many may wait for an answer at a time
record Pace(double rate, int concurrency) {
  /// Whether each is posted once the one before is answered.
  boolean isOneByOne() {
    return rate == 0 && concurrency == 1;
  }
}
