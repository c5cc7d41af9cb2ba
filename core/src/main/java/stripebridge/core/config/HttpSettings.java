package stripebridge.core.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Where and how the service listens.
///
/// @param port 0 picks a free one
/// @param identity [TlsIdentity.Pem] for HTTPS, on both ports
/// @param webhookPath the path for webhooks, such as `/webhooks/stripe`
/// @param proxy whether connections to the webhook port begin with a PROXY header
public record HttpSettings(
    String host, int port, Admin admin, TlsIdentity identity, String webhookPath, Proxy proxy) {
  private static final int PATH_LENGTH_MAX = 255;
  // No character that a proxy on the way may decode, encode or strip.
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
  private static final Pattern DOTS = Pattern.compile("(.*/)?\\.{1,2}(/.*)?");
  private static final Set<String> RESERVED = Set.of("/health", "/ready", "/metrics");

  static final ValueType<String> WEBHOOK_PATH =
      ValueType.plain(
          "a path like /webhooks/stripe, of letters, digits, '-', '.', '_' and '~', and none of"
              + " /health, /ready, /metrics",
          text -> Optional.of(text).filter(HttpSettings::isWebhookPath));

  /// Where health, readiness and metrics are served.
  public sealed interface Admin {
    /// On the webhook port.
    record SamePort() implements Admin {}

    /// On a separate port.
    ///
    /// @param port 0 picks a free one
    record OwnPort(int port) implements Admin {}
  }

  /// Whether a webhook connection begins with a PROXY protocol header.
  public sealed interface Proxy {
    /// It never does.
    record Unused() implements Proxy {}

    /// It always does.
    ///
    /// @param trusted the networks that may send one; when empty, any client may
    record Required(List<Network> trusted) implements Proxy {}
  }

  static HttpSettings from(Values values) {
    return new HttpSettings(
        values.get(Settings.APP_HOST),
        values.get(Settings.APP_PORT),
        hasAdminPort(values)
            ? new Admin.OwnPort(values.get(Settings.ADMIN_PORT))
            : new Admin.SamePort(),
        TlsIdentity.of(
            values.find(Settings.APP_TLS_CERT_PATH).orElse(""),
            values.find(Settings.APP_TLS_KEY_PATH).orElse("")),
        values.get(Settings.APP_WEBHOOK_PATH),
        values.get(Settings.APP_PROXY_PROTOCOL)
            ? new Proxy.Required(values.find(Settings.APP_PROXY_TRUSTED).orElse(List.of()))
            : new Proxy.Unused());
  }

  private static boolean hasAdminPort(Values values) {
    int port = values.get(Settings.APP_PORT);
    int adminPort = values.get(Settings.ADMIN_PORT);
    // An explicit 0 requests a separate port, even when the other port is 0 too.
    return adminPort != port || (adminPort == 0 && values.isSet(Settings.ADMIN_PORT));
  }

  private static boolean isWebhookPath(String text) {
    return text.length() <= PATH_LENGTH_MAX
        && PATH.matcher(text).matches()
        && !DOTS.matcher(text).matches()
        && !RESERVED.contains(text);
  }

  static void check(Checks checks) {
    checks.requireBothOrNone(Settings.APP_TLS_CERT_PATH, Settings.APP_TLS_KEY_PATH);
    Values values = checks.values();
    boolean hasProxy = values.find(Settings.APP_PROXY_PROTOCOL).orElse(false);
    boolean hasPorts =
        values.find(Settings.APP_PORT).isPresent() && values.find(Settings.ADMIN_PORT).isPresent();
    if (hasProxy && hasPorts && !hasAdminPort(values)) {
      checks.refuse(
          Settings.APP_PROXY_PROTOCOL,
          "requires a separate ADMIN_PORT: health probes and Prometheus send no PROXY header");
    }
    if (!hasProxy) {
      checks.warnOfNoEffect(Settings.APP_PROXY_TRUSTED, "without APP_PROXY_PROTOCOL");
    }
  }
}
