package stripebridge.cli.option;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import stripebridge.cli.CommandFailure;
import stripebridge.core.config.HttpSettings;
import stripebridge.core.config.TlsIdentity;

/// `--app-url`, for commands that talk to a running bridge.
public final class AppUrlOptions {
  @Option(
      names = "--app-url",
      paramLabel = "URL",
      description =
          "Base URL of the bridge; else the one on this machine, by APP_HOST, APP_PORT and"
              + " APP_TLS_CERT_PATH.")
  private @Nullable String url;

  /// The base URL of the bridge, without a slash at its end. The URL of its webhooks is understood
  /// as well.
  ///
  /// @param local how a bridge on this machine is set up
  /// @throws CommandFailure when the URL is none, or unknown
  public URI base(HttpSettings local) {
    return url == null ? local(local) : given(url, local.webhookPath());
  }

  /// Whether the bridge is the one on this machine: it is trusted by the certificate that it was
  /// given. All others are trusted as Java trusts, and no file is read for them.
  public boolean isLocal() {
    return url == null;
  }

  /// Where the bridge takes webhooks.
  ///
  /// @param base as of [#base]
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
      // Said below.
    }
    throw CommandFailure.usage(
        "cannot use --app-url: it is no http:// or https:// URL of a host",
        "write it like http://localhost:8080");
  }

  private static URI local(HttpSettings http) {
    if (http.port() == 0) {
      throw CommandFailure.usage(
          "cannot tell where the bridge is: APP_PORT is 0, so it picked a port itself",
          "pass --app-url with what 'stripebridge serve' printed when it started");
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
