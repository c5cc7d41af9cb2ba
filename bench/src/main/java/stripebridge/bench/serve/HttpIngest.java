package stripebridge.bench.serve;

import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.LogSettings;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;
import stripebridge.core.config.Secret;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.relay.RelayStatus;
import stripebridge.service.http.HttpLimits;
import stripebridge.service.http.WebhookServer;
import stripebridge.service.inbox.InboxClock;
import stripebridge.service.secret.SecretUses;
import stripebridge.service.telemetry.Metrics;
import stripebridge.service.telemetry.ServiceLog;

/// The real HTTP side, with its log and its metrics, with any inbox.
final class HttpIngest implements AutoCloseable {
  private final WebhookServer server;
  private final ServiceLog log;

  HttpIngest(Inbox inbox) throws Exception {
    InstantSource clock = InstantSource.system();
    log =
        new ServiceLog(
            new LogSettings(LogLevel.INFO, LogFormat.JSON), OutputStream.nullOutputStream(), clock);
    List<EndpointSecret> secrets = List.of(new EndpointSecret(null, new Secret(Webhooks.SECRET)));
    server =
        WebhookServer.start(
            new WebhookServer.Parts(
                new HttpSettings(
                    "127.0.0.1",
                    0,
                    new HttpSettings.Admin.SamePort(),
                    new TlsIdentity.None(),
                    "/webhooks/stripe",
                    new HttpSettings.Proxy.Unused()),
                secrets,
                new SecretUses(secrets),
                "unknown",
                HttpLimits.of(Runtime.getRuntime().maxMemory()),
                Optional.empty(),
                inbox,
                () ->
                    new RelayStatus(
                        true, false, false, 0, List.of(), Instant.now(), Optional.empty()),
                new Metrics(new RoutingTable(List.of(), Unlisted.UNROUTABLE)),
                log,
                InboxClock.of(clock)));
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
    log.close();
  }
}
