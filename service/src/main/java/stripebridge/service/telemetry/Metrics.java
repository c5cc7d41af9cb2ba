package stripebridge.service.telemetry;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxLoss;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.Topic;
import stripebridge.relay.RelayStatus;

/// What is counted and measured, and the page that Prometheus reads. Thread-safe.
public final class Metrics {
  /// What became of an event, in the label `status`.
  public enum Status {
    SUCCESS("success"),
    DUPLICATE("duplicate"),
    PARKED("parked");

    private final String text;

    Status(String text) {
      this.text = text;
    }
  }

  /// What the broker made of a message, in the label `status`.
  public enum Attempt {
    ACKED("acked"),
    REFUSED("refused"),
    LOST("lost");

    private final String text;

    Attempt(String text) {
      this.text = text;
    }
  }

  /// Why a connection was refused where each begins with a PROXY header, in the label `reason`.
  public enum ProxyRefusal {
    MISSING("missing"),
    MALFORMED("malformed"),
    UNTRUSTED("untrusted");

    private final String text;

    ProxyRefusal(String text) {
      this.text = text;
    }

    /// As it is in the label.
    public String text() {
      return text;
    }
  }

  /// One page.
  ///
  /// @param contentType of the format that was asked for
  @SuppressWarnings("ArrayRecordComponent") // Written once, to a socket.
  public record Page(String contentType, byte[] text) {}

  // From a broker beside us to an outage over a weekend.
  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400
  };

  // Every answer that there is; a series each.
  private static final List<Integer> CODES =
      List.of(200, 400, 404, 405, 408, 413, 414, 415, 429, 431, 500, 501, 503, 505);

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final EventLabels labels;
  private final Counter received =
      counter("stripe_webhooks_received", "POSTs whose body was read.", "event_type");
  private final Counter verified =
      counter("stripe_webhooks_verified", "Webhooks with a genuine signature.");
  private final Counter invalid =
      counter(
          "stripe_webhooks_invalid_signature",
          "Webhooks refused for their signature header, their signature or their timestamp.");
  private final Counter answered =
      counter("stripe_webhooks_answered", "Answers on the port of the webhooks.", "code");
  private final Counter proxyRefused =
      counter(
          "stripe_webhooks_proxy_refused",
          "Connections refused for their PROXY header, or for having none.",
          "reason");
  private final Counter tlsFailed =
      counter("stripe_webhooks_tls_failed", "Connections whose TLS handshake failed.");
  private final Counter processed =
      counter(
          "stripe_events_processed",
          "Events that were published, parked, or held already when they came.",
          "event_type",
          "status");
  private final Counter attempts =
      counter(
          "solace_publish_attempts",
          "Messages that the broker acknowledged or refused, or did not answer.",
          "topic",
          "status");
  private final Counter failures =
      counter(
          "solace_publish_failures",
          "Messages that the broker refused or did not answer. All are published again.",
          "topic");
  private final Histogram duration =
      Histogram.builder()
          .name("event_processing_duration_seconds")
          .help("From the acceptance of a webhook to the broker's acknowledgement.")
          .labelNames("event_type")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .register(registry);

  /// @param routes their event types are the ones that have series of their own
  public Metrics(RoutingTable routes) {
    labels = new EventLabels(routes);
    // Series that exist from the start can be compared from the start.
    received.initLabelValues(EventLabels.UNVERIFIED);
    for (int code : CODES) {
      answered.initLabelValues(Integer.toString(code));
    }
    for (ProxyRefusal why : ProxyRefusal.values()) {
      proxyRefused.initLabelValues(why.text);
    }
    begin(EventLabels.OTHER);
    labels.types().forEach(this::begin);
    for (var route : routes.routes()) {
      route.topic().topic("", "unknown").ifPresent(topic -> beginTopic(topic.withoutAccount()));
    }
    beginTopic(Topic.unroutable("unknown").withoutAccount());
  }

  private Counter counter(String name, String help, String... labelNames) {
    return Counter.builder().name(name).help(help).labelNames(labelNames).register(registry);
  }

  private void begin(String type) {
    received.initLabelValues(type);
    for (Status status : Status.values()) {
      processed.initLabelValues(type, status.text);
    }
    duration.initLabelValues(type);
  }

  private void beginTopic(String topic) {
    String label = labels.ofTopic(topic);
    failures.initLabelValues(label);
    for (Attempt attempt : Attempt.values()) {
      attempts.initLabelValues(label, attempt.text);
    }
  }

  /// What is looked at when somebody asks.
  ///
  /// @param version of this program
  /// @param certificateExpiry of what is shown to Stripe; absent without TLS
  public record Watched(
      String version,
      Inbox inbox,
      Supplier<RelayStatus> relay,
      ServiceLog log,
      Optional<Instant> certificateExpiry,
      InstantSource clock) {}

  /// Shows what is so at the moment of each look.
  public void watch(Watched watched) {
    JvmMetrics.builder().register(registry);
    Info.builder()
        .name("stripebridge_build_info")
        .help("Which program this is.")
        .labelNames("version", "java_version")
        .register(registry)
        .setLabelValues(watched.version, Runtime.version().toString());
    registry.register(new InboxGauges(watched.inbox, watched.clock));
    gauge(
        "solace_connection_status",
        "1 while the broker is connected, else 0.",
        () -> Optional.of(watched.relay.get().isConnected() ? 1.0 : 0.0));
    gauge(
        "topics_held",
        "Topics that wait until the broker takes a message it refused.",
        () -> Optional.of((double) watched.relay.get().topicsHeld()));
    gauge(
        "inbox_events_missing",
        "Events that were answered and may be missing, until it is acknowledged.",
        () ->
            Optional.of(
                (double)
                    watched.inbox.faults().losses().stream().mapToLong(InboxLoss::events).sum()));
    gauge(
        "inbox_entries_damaged",
        "Entries that the inbox itself has found damaged and parked since the start.",
        () -> Optional.of((double) watched.inbox.faults().damagedEntries()));
    gauge(
        "inbox_disk_free_bytes",
        "Room on the disk of the embedded inbox.",
        () -> {
          OptionalLong free = watched.inbox.diskFreeBytes();
          return free.isPresent() ? Optional.of((double) free.getAsLong()) : Optional.empty();
        });
    watched.certificateExpiry.ifPresent(expiry ->
        gauge(
            "tls_certificate_expiry_timestamp_seconds",
            "When the first of the certificates that are shown for webhooks ends.",
            () -> Optional.of((double) expiry.getEpochSecond())));
    CounterWithCallback.builder()
        .name("log_lines_dropped")
        .help("Log lines that nobody took in time.")
        .callback(callback -> callback.call((double) watched.log.linesDropped()))
        .register(registry);
  }

  private interface Value {
    /// What cannot be known is not shown: a stale number would be a wrong one.
    Optional<Double> now();
  }

  private void gauge(String name, String help, Value value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> value.now().ifPresent(now -> callback.call(now)))
        .register(registry);
  }

  /// A POST's body was read.
  ///
  /// @param type of a genuine event; absent for all else
  public void received(@Nullable EventType type) {
    received.labelValues(type == null ? EventLabels.UNVERIFIED : labels.of(type)).inc();
  }

  public void verified() {
    verified.inc();
  }

  public void invalidSignature() {
    invalid.inc();
  }

  /// An answer was given on the port of the webhooks, be it to a request or to what was none.
  public void answered(int code) {
    answered.labelValues(CODES.contains(code) ? Integer.toString(code) : EventLabels.OTHER).inc();
  }

  public void proxyRefused(ProxyRefusal why) {
    proxyRefused.labelValues(why.text).inc();
  }

  public void tlsFailed() {
    tlsFailed.inc();
  }

  /// An event came to an end, for now or for good.
  ///
  /// @param eventType may be damaged where the entry is
  public void processed(String eventType, Status status) {
    processed.labelValues(labels.of(eventType), status.text).inc();
  }

  /// The broker answered a message, or did not.
  ///
  /// @param topic without the account level
  public void attempted(String topic, Attempt attempt) {
    String label = labels.ofTopic(topic);
    attempts.labelValues(label, attempt.text).inc();
    if (attempt != Attempt.ACKED) {
      failures.labelValues(label).inc();
    }
  }

  public void took(EventType type, Duration time) {
    duration.labelValues(labels.of(type)).observe(time.toNanos() / 1e9);
  }

  /// All of it.
  ///
  /// @param accept the request's `Accept` header; empty when there is none
  public Page page(String accept) {
    ExpositionFormatWriter writer =
        accept.contains("application/openmetrics-text")
            ? formats.getOpenMetricsTextFormatWriter()
            : formats.getPrometheusTextFormatWriter();
    ByteArrayOutputStream text = new ByteArrayOutputStream(16 << 10);
    try {
      writer.write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return new Page(writer.getContentType(), text.toByteArray());
  }
}
