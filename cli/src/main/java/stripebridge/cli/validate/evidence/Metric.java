package stripebridge.cli.validate.evidence;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// The bridge's counters, by their names on the metrics page.
public enum Metric {
  RECEIVED("stripe_webhooks_received_total"),
  VERIFIED("stripe_webhooks_verified_total"),
  INVALID("stripe_webhooks_invalid_signature_total"),
  PROCESSED("stripe_events_processed_total"),
  ATTEMPTS("solace_publish_attempts_total"),
  FAILURES("solace_publish_failures_total"),
  DURATION("event_processing_duration_seconds_count");

  /// Gauges: their values matter, not their rise.
  public static final Series CONNECTED = Series.of("solace_connection_status", Map.of());

  public static final Series WAITING = Series.of("async_queue_size", Map.of());
  public static final Series PARKED = Series.of("inbox_parked", Map.of());

  /// The event type label of webhooks without a genuine signature.
  static final String UNVERIFIED = "unverified";

  private final String text;

  Metric(String text) {
    this.text = text;
  }

  static Optional<Metric> of(Series series) {
    return Arrays.stream(values()).filter(one -> one.text.equals(series.name())).findFirst();
  }

  Series series() {
    return Series.of(text, Map.of());
  }

  Series series(String label, String value) {
    return Series.of(text, Map.of(label, value));
  }

  Series series(String label, String value, String status) {
    return Series.of(text, Map.of(label, value, "status", status));
  }

  @Override
  public String toString() {
    return text;
  }
}
