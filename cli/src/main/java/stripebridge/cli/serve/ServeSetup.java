package stripebridge.cli.serve;

import java.util.Optional;
import stripebridge.cli.option.TopologyOption;
import stripebridge.core.config.BridgeConfig;
import stripebridge.core.config.ReloadableConfig;
import stripebridge.core.routing.RoutingTable;
import stripebridge.service.http.ServerTls;

/// Everything that is configured for one `serve`, checked before anything is opened.
///
/// @param reloadable reads the settings' files again
/// @param topology where the routes come from
/// @param certificate the contents that `tls` was made of: a file may change before it is watched;
///   empty without TLS, or when they are pipes, which are read once
record ServeSetup(
    ReloadableConfig reloadable,
    TopologyOption.Source topology,
    RoutingTable routes,
    Optional<CertificateFiles> certificate,
    Optional<ServerTls> tls) {

  /// The configuration at the start.
  BridgeConfig config() {
    return reloadable.current();
  }

  /// The file of the topology; empty for the shipped one.
  Optional<String> topologyFile() {
    return topology.file();
  }

  String topologyText() {
    return topology.text();
  }

  /// The URL of a port of the bridge.
  String url(int port) {
    String scheme = tls.isPresent() ? "https" : "http";
    String host = config().http().host();
    return scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /// The URL that takes webhooks.
  String webhookUrl(int port) {
    return url(port) + config().http().webhookPath();
  }
}
