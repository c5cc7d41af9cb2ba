package stripebridge.cli.queues;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What is known while queues are watched.
///
/// @param reading the latest
/// @param away since when the broker has not answered, and why; null while it does
record WatchState(
    String vpn, Duration interval, Reading reading, History history, @Nullable Away away) {
  record Away(Instant since, String why) {}

  /// With the first reading.
  static WatchState first(String vpn, Duration interval, Reading reading) {
    return new WatchState(vpn, interval, reading, History.NONE.after(reading, Duration.ZERO), null);
  }

  WatchState after(Sample sample) {
    return switch (sample) {
      case Sample.Answered(Reading now, Duration since) ->
          new WatchState(vpn, interval, now, history.after(now, since), null);
      case Sample.Missed(Instant at, String why) ->
          new WatchState(
              vpn,
              interval,
              reading,
              history.afterGap(),
              new Away(away == null ? at : away.since(), why));
    };
  }
}
