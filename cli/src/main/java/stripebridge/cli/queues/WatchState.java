package stripebridge.cli.queues;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What `queues --watch` shows.
///
/// @param reading the latest
/// @param outage since when the broker has not answered, and why; null while it answers
record WatchState(
    String vpn, Duration interval, Reading reading, History history, @Nullable Outage outage) {
  record Outage(Instant since, String why) {}

  /// The state after the first reading.
  static WatchState first(String vpn, Duration interval, Reading reading) {
    return new WatchState(vpn, interval, reading, History.NONE.after(reading, Duration.ZERO), null);
  }

  /// The state after one more reading.
  ///
  /// @param since the time since the reading before
  WatchState answered(Reading now, Duration since) {
    return new WatchState(vpn, interval, now, history.after(now, since), null);
  }

  /// The state after a request without a valid answer.
  ///
  /// @param why a clause
  WatchState missed(Instant at, String why) {
    return new WatchState(
        vpn,
        interval,
        reading,
        history.afterGap(),
        new Outage(outage == null ? at : outage.since(), why));
  }
}
