package stripebridge.service;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import stripebridge.core.broker.EventPublisher;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.InboxCounts;
import stripebridge.core.inbox.InboxException;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.relay.Leftovers;
import stripebridge.relay.MessageComposer;
import stripebridge.relay.Relay;
import stripebridge.relay.RelayLimits;
import stripebridge.service.http.HttpLimits;
import stripebridge.service.http.ListenException;
import stripebridge.service.http.ServerTls;
import stripebridge.service.http.WebhookServer;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.secret.SecretWatch;
import stripebridge.service.telemetry.LogEvent;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.RelayReports;
import stripebridge.service.telemetry.ServiceLog;

/// The running bridge: webhooks into the inbox, and from there to the broker.
///
/// Started and stopped once.
public final class BridgeService {
  // The part of the shutdown time kept for answers on their way.
  private static final Duration CLOSING_MAX = Duration.ofSeconds(1);

  private final WebhookServer server;
  private final Relay relay;
  private final MessageComposer composer;
  private final Metrics metrics;
  private final AtomicReference<Optional<ServerTls>> tls;
  private final Inbox inbox;
  private final ServiceLog log;
  private final OutageWatch outages;
  private final SecretWatch secrets;

  private BridgeService(
      WebhookServer server,
      Relay relay,
      MessageComposer composer,
      Metrics metrics,
      AtomicReference<Optional<ServerTls>> tls,
      SecretWatch secrets,
      Parts parts) {
    this.outages = new OutageWatch(parts.inbox(), parts.log());
    this.server = server;
    this.relay = relay;
    this.composer = composer;
    this.metrics = metrics;
    this.tls = tls;
    this.secrets = secrets;
    this.inbox = parts.inbox();
    this.log = parts.log();
  }

  /// What the service is built from. It closes none of it.
  ///
  /// @param config with the groups webhook, message, http and relay
  /// @param bridgeVersion for each envelope
  /// @param replica this process's name, without spaces; unique among those that share the inbox
  public record Parts(
      BridgeConfig config,
      RoutingTable routes,
      String bridgeVersion,
      String replica,
      Inbox inbox,
      EventPublisher publisher,
      Optional<ServerTls> tls,
      ServiceLog log,
      InboxClock clock) {}

  /// Starts accepting webhooks, whether or not the broker is there.
  ///
  /// @throws ListenException when a port cannot be opened; nothing runs then
  public static BridgeService start(Parts parts) throws ListenException {
    BridgeConfig config = parts.config();
    Metrics metrics = new Metrics(parts.routes());
    MessageComposer composer =
        new MessageComposer(parts.routes(), config.message(), parts.bridgeVersion());
    AtomicReference<Optional<ServerTls>> tls = new AtomicReference<>(parts.tls());
    Relay relay =
        new Relay(
            parts.inbox(),
            parts.publisher(),
            composer,
            RelayLimits.of(config.relay(), Runtime.getRuntime().maxMemory()),
            new RelayReports(metrics, parts.log()),
            parts.clock().steady(),
            RandomGenerator.getDefault());
    SecretWatch secrets =
        SecretWatch.of(
            new SecretWatch.Parts(
                parts.inbox(),
                parts.replica(),
                parts.clock().wall(),
                parts.log(),
                BridgeService::randomBytes),
            config.webhook().secrets());
    metrics.watch(
        new Metrics.Watched(
            parts.bridgeVersion(),
            parts.inbox(),
            config.relay().idMemory(),
            relay::status,
            parts.log(),
            secrets::ages,
            () -> tls.get().map(ServerTls::expiresAt),
            parts.clock()));
    WebhookServer server =
        WebhookServer.start(
            new WebhookServer.Parts(
                config.http(),
                config.webhook().secrets(),
                secrets.uses(),
                config.message().accountId(),
                HttpLimits.of(Runtime.getRuntime().maxMemory()),
                parts.tls(),
                parts.inbox(),
                relay::status,
                metrics,
                parts.log(),
                parts.clock()));
    // Only now: a second process that finds the port taken must not have published anything.
    relay.start();
    secrets.start();
    return new BridgeService(server, relay, composer, metrics, tls, secrets, parts);
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /// The next webhook is verified with these secrets.
  public void useSecrets(List<EndpointSecret> next) {
    secrets.use(next);
    server.use(next);
  }

  /// The next TLS handshake uses this certificate. The service must have had one from the start.
  public void useCertificate(ServerTls next) {
    server.use(next);
    tls.set(Optional.of(next));
  }

  /// From now on, these routes lead events to their topics. Events that are held keep theirs.
  ///
  /// @return topics whose order differs in these routes; it changes with the next start
  public List<TopicTemplate> useRoutes(RoutingTable routes) {
    metrics.add(routes);
    return composer.use(routes);
  }

  /// Counts what is reloaded.
  public Metrics metrics() {
    return metrics;
  }

  /// The port for webhooks.
  public int port() {
    return server.port();
  }

  /// The port for health, readiness and metrics.
  public int adminPort() {
    return server.adminPort();
  }

  /// The failure that ended a part the bridge cannot work without, if any.
  public Optional<Throwable> failure() {
    return relay.status().failure().or(inbox::failure);
  }

  /// What a stopped service leaves in the inbox for the next one to publish.
  ///
  /// @param unanswered messages among them that were sent and not answered, so the broker may get
  ///   them twice
  /// @param counts absent when the inbox could not be asked
  public record Left(Leftovers unanswered, Optional<InboxCounts> counts) {}

  /// Stops accepting webhooks, settles messages in flight, and closes.
  ///
  /// @param timeout for all of this
  public Left stop(Duration timeout) throws InterruptedException {
    log.log(LogEvent.SERVICE_STOPPING, "timeout_s", timeout.toSeconds());
    server.refuseWebhooks();
    Duration closing =
        CLOSING_MAX.multipliedBy(2).compareTo(timeout) < 0 ? CLOSING_MAX : timeout.dividedBy(2);
    Leftovers leftovers = relay.stop(timeout.minus(closing));
    outages.close();
    server.close();
    secrets.close();
    Left left = new Left(leftovers, counts());
    log.log(
        LogEvent.SERVICE_STOPPED,
        "waiting",
        left.counts().<Object>map(InboxCounts::waiting).orElse("unknown"),
        "parked",
        left.counts().<Object>map(InboxCounts::parked).orElse("unknown"),
        "unanswered",
        leftovers.total());
    return left;
  }

  private Optional<InboxCounts> counts() {
    try {
      return Optional.of(inbox.counts());
    } catch (InboxException _) {
      return Optional.empty();
    }
  }
}
