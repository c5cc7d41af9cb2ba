package stripebridge.service.telemetry;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxException;

/// The inbox's entry counts. Each page asks the inbox once, so that its numbers belong together. A
/// number that cannot be read is left out: a stale one would be wrong.
final class InboxGauges implements MultiCollector {
  private static final String WAITING = "async_queue_size";
  private static final String PARKED = "inbox_parked";
  private static final String OLDEST = "inbox_oldest_waiting_seconds";

  private final Inbox inbox;
  private final InstantSource clock;

  InboxGauges(Inbox inbox, InstantSource clock) {
    this.inbox = inbox;
    this.clock = clock;
  }

  @Override
  public MetricSnapshots collect() {
    try {
      InboxCounts counts = inbox.counts();
      return new MetricSnapshots(
          gauge(WAITING, "Entries that wait to be published.", (double) counts.waiting()),
          gauge(PARKED, "Entries that wait for an operator.", (double) counts.parked()),
          gauge(
              OLDEST,
              "The age of the oldest waiting entry; 0 without one.",
              counts.oldestWaiting().map(this::age).orElse(0.0)));
    } catch (InboxException _) {
      return new MetricSnapshots();
    }
  }

  private double age(Instant since) {
    return Math.max(0, Duration.between(since, clock.instant()).toMillis() / 1_000.0);
  }

  private static GaugeSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }
}
