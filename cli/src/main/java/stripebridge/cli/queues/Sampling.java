package stripebridge.cli.queues;

import java.time.Duration;
import java.time.InstantSource;
import stripebridge.cli.CommandFailure;
import stripebridge.cli.admin.AdminFailure;
import stripebridge.core.broker.BrokerException;

/// Reads the queues again and again, and measures the time between. For one thread at a time.
final class Sampling {
  private final QueueSurvey survey;
  private final InstantSource clock;
  // Not the clock's time, which can jump.
  private long answeredNanos = System.nanoTime();

  /// @param survey which has just read for the first time
  Sampling(QueueSurvey survey, InstantSource clock) {
    this.survey = survey;
    this.clock = clock;
  }

  /// @throws CommandFailure when the broker refuses the user: asking on would help nobody
  Sample take() throws InterruptedException {
    try {
      Reading reading = survey.read();
      long now = System.nanoTime();
      Duration since = Duration.ofNanos(now - answeredNanos);
      answeredNanos = now;
      return new Sample.Answered(reading, since);
    } catch (BrokerException.Refused e) {
      throw AdminFailure.of(e);
    } catch (BrokerException e) {
      return new Sample.Missed(clock.instant(), String.valueOf(e.getMessage()));
    }
  }
}
