package stripebridge.cli.serve;

import java.util.Optional;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.routing.RoutingTable;
import stripebridge.service.http.ServerTls;

/// Everything that is configured for one `serve`, checked before anything is opened.
record ServeSetup(BridgeConfig config, RoutingTable routes, Optional<ServerTls> tls) {

  /// The URL of a port of the bridge.
  String url(int port) {
    String scheme = tls.isPresent() ? "https" : "http";
    String host = config.http().host();
    return scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /// The URL that takes webhooks.
  String webhookUrl(int port) {
    return url(port) + config.http().webhookPath();
  }
}
