package stripebridge.cli.option;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import stripebridge.cli.CommandFailure;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.TlsIdentity;

/// `--app-url`, for commands that connect to a running bridge.
public final class AppUrlOptions {
  @Option(
      names = "--app-url",
      paramLabel = "URL",
      description =
          "Base URL of the bridge; the bridge on this machine (APP_HOST, APP_PORT,"
              + " APP_TLS_CERT_PATH) by default.")
  private @Nullable String url;

  /// The base URL of the bridge, without a trailing slash. Also accepts the URL of its webhooks.
  ///
  /// @param local the settings of a bridge on this machine
  /// @throws CommandFailure when the URL is invalid or unknown
  public URI base(HttpSettings local) {
    return url == null ? local(local) : given(url, local.webhookPath());
  }

  /// Whether the bridge is the one on this machine, whose own certificate is trusted. Any other is
  /// verified as Java does by default, and no file is read for it.
  public boolean isLocal() {
    return url == null;
  }

  /// The URL that takes webhooks.
  ///
  /// @param base the result of [#base]
  public static URI webhooks(URI base, HttpSettings local) {
    return URI.create(base + local.webhookPath());
  }

  private static URI given(String url, String webhookPath) {
    String base = url.replaceFirst("/+$", "");
    if (base.endsWith(webhookPath)) {
      base = base.substring(0, base.length() - webhookPath.length());
    }
    try {
      URI uri = new URI(base);
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (isHttp && uri.getHost() != null && uri.getQuery() == null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Reported below.
    }
    throw CommandFailure.usage(
        "cannot use --app-url: it is not an http:// or https:// URL with a host",
        "for example: --app-url http://localhost:8080");
  }

  private static URI local(HttpSettings http) {
    if (http.port() == 0) {
      throw CommandFailure.usage(
          "cannot find the bridge: APP_PORT is 0, so the bridge chose its own port",
          "pass --app-url with the URL that 'stripebridge serve' printed at its start");
    }
    String scheme = http.identity() instanceof TlsIdentity.Pem ? "https" : "http";
    String host =
        switch (http.host()) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "[::1]";
          case String other when other.indexOf(':') >= 0 -> "[" + other + "]";
          default -> http.host();
        };
    return URI.create(scheme + "://" + host + ":" + http.port());
  }
}
