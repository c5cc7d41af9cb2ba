package stripebridge.cli.queues;

import java.time.Duration;
import java.time.Instant;

/// What came of reading once more.
sealed interface Sample {
  /// The broker answered.
  ///
  /// @param since how long ago the reading before was
  record Answered(Reading reading, Duration since) implements Sample {}

  /// The broker did not answer, or not as one.
  ///
  /// @param why a sentence
  record Missed(Instant at, String why) implements Sample {}
}
