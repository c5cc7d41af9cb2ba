package stripebridge.core.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Where the service listens, and what comes there.
///
/// @param port 0 for a free one
/// @param identity [TlsIdentity.Pem] for HTTPS, on both ports
/// @param webhookPath where webhooks are posted, such as `/webhooks/stripe`
/// @param proxy what connections to the port of the webhooks begin with
public record HttpSettings(
    String host, int port, Admin admin, TlsIdentity identity, String webhookPath, Proxy proxy) {
  private static final int PATH_LENGTH_MAX = 255;
  // Nothing that a proxy may decode, encode or cut on its way.
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
  private static final Pattern DOTS = Pattern.compile("(.*/)?\\.{1,2}(/.*)?");
  private static final Set<String> TAKEN = Set.of("/health", "/ready", "/metrics");

  static final ValueType<String> WEBHOOK_PATH =
      ValueType.plain(
          "a path like /webhooks/stripe, of letters, digits, '-', '.', '_' and '~', and none of"
              + " /health, /ready, /metrics",
          text -> Optional.of(text).filter(HttpSettings::isWebhookPath));

  /// Where health, readiness and metrics are answered.
  public sealed interface Admin {
    /// On the port of the webhooks.
    record SamePort() implements Admin {}

    /// On a port of its own.
    ///
    /// @param port 0 for a free one
    record OwnPort(int port) implements Admin {}
  }

  /// What a connection for webhooks begins with.
  public sealed interface Proxy {
    /// A request, or TLS.
    record Unused() implements Proxy {}

    /// A PROXY header, always.
    ///
    /// @param trusted who may send one; everybody when there are none
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
    // A 0 that was set is a wish for a port of its own, whatever the other port is.
    return adminPort != port || (adminPort == 0 && values.isGiven(Settings.ADMIN_PORT));
  }

  private static boolean isWebhookPath(String text) {
    return text.length() <= PATH_LENGTH_MAX
        && PATH.matcher(text).matches()
        && !DOTS.matcher(text).matches()
        && !TAKEN.contains(text);
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
          "requires an ADMIN_PORT of its own: probes and Prometheus send no PROXY header");
    }
    if (!hasProxy) {
      checks.warnOfNoEffect(Settings.APP_PROXY_TRUSTED, "without APP_PROXY_PROTOCOL");
    }
  }
}
