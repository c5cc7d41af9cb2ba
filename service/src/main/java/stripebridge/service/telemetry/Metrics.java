package stripebridge.service.telemetry;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import stripebridge.core.capture.CaptureOutcome;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxLoss;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.Topic;
import stripebridge.relay.RelayStatus;
import stripebridge.service.inbox.InboxClock;

/// Counts and measures, and renders the page for Prometheus. Thread-safe.
public final class Metrics {
  /// The label `status` of an event.
  public enum Status {
    SUCCESS("success"),
    DUPLICATE("duplicate"),
    PARKED("parked");

    private final String text;

    Status(String text) {
      this.text = text;
    }
  }

  /// The label `status` of a message.
  public enum Attempt {
    ACKED("acked"),
    REFUSED("refused"),
    LOST("lost");

    private final String text;

    Attempt(String text) {
      this.text = text;
    }
  }

  /// The label `reason` for connections refused because of their PROXY header.
  public enum ProxyRefusal {
    MISSING("missing"),
    MALFORMED("malformed"),
    UNTRUSTED("untrusted");

    private final String text;

    ProxyRefusal(String text) {
      this.text = text;
    }

    /// The label's value.
    public String text() {
      return text;
    }
  }

  /// One page.
  ///
  /// @param contentType of the requested format
  @SuppressWarnings("ArrayRecordComponent") // Written once, to a socket.
  public record Page(String contentType, byte[] text) {}

  // From a local broker to an outage over a weekend.
  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400
  };

  // Every status code that we send; a series each.
  private static final List<Integer> CODES =
      List.of(200, 400, 404, 405, 408, 413, 414, 415, 429, 431, 500, 501, 503, 505);

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final EventLabels labels;
  private final Counter received =
      counter("stripe_webhooks_received", "POSTs whose body was read.", "event_type");
  private final Counter verified =
      counter("stripe_webhooks_verified", "Webhooks with a genuine signature.");
  private final Counter signatures =
      counter(
          "stripe_webhook_signatures",
          "Genuine webhooks by the secret that signed them; while one is rolled, two may count.",
          "label");
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
  private final Counter captures =
      counter(
          "webhook_captures",
          "Refused webhooks that were captured, or why they were not. Only with CAPTURE_REFUSED.",
          "outcome");
  private final Counter tlsFailed =
      counter("stripe_webhooks_tls_failed", "Connections whose TLS handshake failed.");
  private final Counter processed =
      counter(
          "stripe_events_processed",
          "Events that were published, parked, or known already when they came.",
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
  private final Counter secretReloadFailures =
      counter(
          "secret_reload_failures",
          "New contents of a setting's file that could not be used; the last good one stays.",
          "name");
  private final Gauge secretReloadRejected =
      state(
          "secret_reload_rejected",
          "1 while a setting's file has a content that cannot be used, else 0.",
          "name");

  private final Counter routesReloadFailures =
      counter(
          "routes_reload_failures",
          "Changed topologies whose routes could not be used; the former routes stay.");
  private final Gauge routesReloadRejected =
      state(
          "routes_reload_rejected", "1 while the topology has routes that cannot be used, else 0.");
  private final Histogram duration =
      Histogram.builder()
          .name("event_processing_duration_seconds")
          .help("From accepting a webhook to the broker's acknowledgement.")
          .labelNames("event_type")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .register(registry);

  private volatile @Nullable Instant lastVerified;

  /// @param routes their event types have series of their own
  public Metrics(RoutingTable routes) {
    labels = new EventLabels(routes);
    // A series that exists from the start can be compared from the start.
    received.initLabelValues(EventLabels.UNVERIFIED);
    for (int code : CODES) {
      answered.initLabelValues(Integer.toString(code));
    }
    for (ProxyRefusal why : ProxyRefusal.values()) {
      proxyRefused.initLabelValues(why.text);
    }
    for (CaptureOutcome outcome : CaptureOutcome.values()) {
      captures.initLabelValues(outcome.label());
    }
    begin(EventLabels.OTHER);
    begin(routes);
    beginTopic(Topic.unroutable("unknown").withoutAccount());
  }

  /// From now on, the event types of these routes have series of their own as well.
  public void add(RoutingTable routes) {
    labels.add(routes);
    begin(routes);
  }

  private void begin(RoutingTable routes) {
    labels.types().forEach(this::begin);
    for (RoutingTable.Route route : routes.routes()) {
      route.topic().topic("", "unknown").ifPresent(topic -> beginTopic(topic.withoutAccount()));
    }
  }

  /// These settings come from files that are read again while the bridge runs.
  ///
  /// @param withRoutes whether the routes do as well
  public void beginReloads(Collection<String> settings, boolean withRoutes) {
    settings.forEach(setting -> {
      secretReloadFailures.initLabelValues(setting);
      secretReloadRejected.initLabelValues(setting);
    });
    if (withRoutes) {
      routesReloadFailures.initLabelValues();
      routesReloadRejected.initLabelValues();
    }
  }

  /// Whether the file of a setting has a content that cannot be used.
  ///
  /// @param setting the variable without `_FILE`
  public void secretReloadRejected(String setting, boolean isRejected) {
    secretReloadRejected.labelValues(setting).set(isRejected ? 1 : 0);
  }

  /// Whether the topology has routes that cannot be used.
  public void routesReloadRejected(boolean isRejected) {
    routesReloadRejected.set(isRejected ? 1 : 0);
  }

  /// A file's new content could not be used.
  ///
  /// @param setting the variable without `_FILE`
  public void secretReloadFailed(String setting) {
    secretReloadFailures.labelValues(setting).inc();
  }

  /// The routes of a changed topology could not be used.
  public void routesReloadFailed() {
    routesReloadFailures.inc();
  }

  private Gauge state(String name, String help, String... labelNames) {
    return Gauge.builder().name(name).help(help).labelNames(labelNames).register(registry);
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

  /// Registers gauges that are read at each scrape.
  ///
  /// @param version of this program
  /// @param idMemory how long the inbox remembers the id of a published event
  /// @param secretAges of the secrets in use, by label; without those that are not yet known
  /// @param certificateExpiry of the server's certificate in use; absent without TLS
  /// @param clock the clocks of the inbox and the relay
  public record Watched(
      String version,
      Inbox inbox,
      Duration idMemory,
      Supplier<RelayStatus> relay,
      ServiceLog log,
      Supplier<Map<String, Duration>> secretAges,
      Supplier<Optional<Instant>> certificateExpiry,
      InboxClock clock) {}

  /// Reads these at each scrape.
  public void watch(Watched watched) {
    JvmMetrics.builder().register(registry);
    Info.builder()
        .name("stripebridge_build_info")
        .help("The program's version.")
        .labelNames("version", "java_version")
        .register(registry)
        .setLabelValues(watched.version, Runtime.version().toString());
    registry.register(new InboxGauges(watched.inbox, watched.clock.wall()));
    watchInbox(watched);
    gauge(
        "stripe_webhooks_last_verified_timestamp_seconds",
        "When the last webhook with a genuine signature came.",
        () -> Optional.ofNullable(lastVerified).map(at -> (double) at.getEpochSecond()));
    GaugeWithCallback.builder()
        .name("stripe_webhook_secret_age_seconds")
        .help("How long the inbox has known the oldest secret with this label.")
        .labelNames("label")
        .callback(callback ->
            watched
                .secretAges
                .get()
                .forEach((label, age) -> callback.call((double) age.toSeconds(), label)))
        .register(registry);
    gauge(
        "relay_alive",
        "1 while the relay works; 0 when it has died, or has done nothing for 30 s.",
        () -> Optional.of(isAlive(watched) ? 1.0 : 0.0));
    gauge(
        "solace_connection_status",
        "1 while the broker is connected, else 0.",
        () -> Optional.of(watched.relay.get().isConnected() ? 1.0 : 0.0));
    gauge(
        "topics_held",
        "Topics held until the broker accepts a message that it refused.",
        () -> Optional.of((double) watched.relay.get().topicsHeld()));
    if (watched.certificateExpiry.get().isPresent()) {
      gauge(
          "tls_certificate_expiry_timestamp_seconds",
          "When the first certificate of the webhook port expires.",
          () -> watched.certificateExpiry.get().map(expiry -> (double) expiry.getEpochSecond()));
    }
    CounterWithCallback.builder()
        .name("log_lines_dropped")
        .help("Log lines that were dropped because the log was not read in time.")
        .callback(callback -> callback.call((double) watched.log.linesDropped()))
        .register(registry);
  }

  private void watchInbox(Watched watched) {
    gauge(
        "inbox_events_missing",
        "Accepted events that may be missing, until an operator acknowledges it.",
        () ->
            Optional.of(
                (double)
                    watched.inbox.faults().losses().stream().mapToLong(InboxLoss::events).sum()));
    gauge(
        "inbox_entries_damaged",
        "Entries that the inbox found damaged and parked since the start.",
        () -> Optional.of((double) watched.inbox.faults().damagedEntries()));
    gauge(
        "inbox_disk_free_bytes",
        "Free space on the disk of the embedded inbox.",
        () -> number(watched.inbox.diskFreeBytes()));
    gauge(
        "inbox_disk_size_bytes",
        "The size of the disk of the embedded inbox.",
        () -> number(watched.inbox.diskSizeBytes()));
    gauge(
        "inbox_id_memory_seconds",
        "How long the id of a published event is remembered.",
        () -> Optional.of(watched.idMemory.toMillis() / 1_000.0));
  }

  private static Optional<Double> number(OptionalLong value) {
    return value.isPresent() ? Optional.of((double) value.getAsLong()) : Optional.empty();
  }

  private static boolean isAlive(Watched watched) {
    return watched.relay.get().isAlive(watched.clock.steady().instant());
  }

  private interface Value {
    /// A number that cannot be read is left out: a stale one would be wrong.
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
  /// @param type of a genuine event; absent for everything else
  public void received(@Nullable EventType type) {
    received.labelValues(type == null ? EventLabels.UNVERIFIED : labels.of(type)).inc();
  }

  /// These secrets verify webhooks from now on. A series that has begun goes on: an operator names
  /// few labels in the life of a process.
  public void beginSecrets(Collection<EndpointSecret> secrets) {
    secrets.forEach(secret -> signatures.initLabelValues(secret.name()));
  }

  /// A webhook has a genuine signature.
  ///
  /// @param signers the secrets that signed it
  /// @param at by the wall clock
  public void verified(List<EndpointSecret> signers, Instant at) {
    verified.inc();
    for (EndpointSecret signer : signers) {
      signatures.labelValues(signer.name()).inc();
    }
    lastVerified = at;
  }

  public void invalidSignature() {
    invalid.inc();
  }

  /// An answer was sent on the webhook port, to a request or to something else.
  public void answered(int code) {
    answered.labelValues(CODES.contains(code) ? Integer.toString(code) : EventLabels.OTHER).inc();
  }

  public void proxyRefused(ProxyRefusal why) {
    proxyRefused.labelValues(why.text).inc();
  }

  /// A refused webhook was captured, or was not.
  public void captured(CaptureOutcome outcome) {
    captures.labelValues(outcome.label()).inc();
  }

  public void tlsFailed() {
    tlsFailed.inc();
  }

  /// An event was published, parked or refused as a duplicate.
  ///
  /// @param eventType may be damaged if the entry is
  public void processed(String eventType, Status status) {
    processed.labelValues(labels.of(eventType), status.text).inc();
  }

  /// The broker answered a message, or its producer was lost.
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

  /// Renders all metrics, in the format that the client prefers.
  ///
  /// @param accept the values of the request's `Accept` headers, joined by commas
  public Page page(String accept) {
    ExpositionFormatWriter writer =
        switch (PageFormat.requested(accept)) {
          case TEXT -> formats.getPrometheusTextFormatWriter();
          case OPEN_METRICS -> formats.getOpenMetricsTextFormatWriter();
        };
    ByteArrayOutputStream text = new ByteArrayOutputStream(16 << 10);
    try {
      writer.write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return new Page(writer.getContentType(), text.toByteArray());
  }
}
