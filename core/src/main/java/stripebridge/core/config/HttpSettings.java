package stripebridge.core.config;

/// Where the service listens.
///
/// @param port 0 for a free one
/// @param identity [Identity.Pem] for HTTPS, on both ports
public record HttpSettings(String host, int port, Admin admin, Identity identity) {
  /// Where health, readiness and metrics are answered.
  public sealed interface Admin {
    /// On the port of the webhooks.
    record SamePort() implements Admin {}

    /// On a port of its own.
    ///
    /// @param port 0 for a free one
    record OwnPort(int port) implements Admin {}
  }

  static HttpSettings from(Values values) {
    int port = values.get(Settings.APP_PORT);
    int adminPort = values.get(Settings.ADMIN_PORT);
    // A 0 that was set is a wish for a port of its own, whatever the other port is.
    boolean isOwn = adminPort != port || (adminPort == 0 && values.isGiven(Settings.ADMIN_PORT));
    return new HttpSettings(
        values.get(Settings.APP_HOST),
        port,
        isOwn ? new Admin.OwnPort(adminPort) : new Admin.SamePort(),
        Identity.of(
            values.find(Settings.APP_TLS_CERT_PATH).orElse(""),
            values.find(Settings.APP_TLS_KEY_PATH).orElse("")));
  }

  static void check(Checks checks) {
    checks.requireBothOrNone(Settings.APP_TLS_CERT_PATH, Settings.APP_TLS_KEY_PATH);
  }
}
