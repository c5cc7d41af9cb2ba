package stripebridge.cli.sandbox;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import stripebridge.core.config.Setting;
import stripebridge.core.config.Settings;
import stripebridge.sandbox.SandboxBroker;

/// How to reach a running sandbox, as a shell reads it: exports, and comments for people.
///
/// @param username the client user; its password is in `passwords`
/// @param passwords passwords that were made up, by the variable that the topology names
/// @param certificate where the certificate lies that TLS clients have to trust
public record Connections(
    SandboxBroker broker,
    String vpn,
    String username,
    Map<String, String> passwords,
    Optional<String> certificate) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,-]+");

  /// Prints what a shell can read from a file or a pipe.
  public void print(PrintStream out) {
    out.println("# The sandbox runs: for development and tests, until Ctrl-C, in memory only.");
    exports().forEach((name, value) -> out.println("export " + name + "=" + quoted(value)));
    out.println("#");
    out.println("# WebSocket  " + (certificate.isPresent() ? broker.webTlsUri() : broker.webUri()));
    if (certificate.isPresent()) {
      out.println("# unencrypted  " + broker.smfUri() + "  " + broker.sempUri());
    }
    out.println("# faults  curl -H 'Content-Type: application/json' \\");
    out.println("#           -d '{\"type\": \"outage\", \"duration\": 20000}' \\");
    out.println("#           " + broker.sempUri() + "/sandbox/faults");
    out.println("#");
    snippet().lines().map(line -> ("#   " + line).stripTrailing()).forEach(out::println);
    out.flush();
  }

  private Map<String, String> exports() {
    Map<String, String> exports = new LinkedHashMap<>();
    boolean tls = certificate.isPresent();
    put(exports, Settings.SOLACE_HOST, tls ? broker.smfTlsUri() : broker.smfUri());
    put(exports, Settings.SOLACE_VPN, vpn);
    put(exports, Settings.SOLACE_USERNAME, username);
    exports.putAll(passwords);
    certificate.ifPresent(file -> {
      put(exports, Settings.SOLACE_TLS_ENABLED, "true");
      put(exports, Settings.SOLACE_TLS_CA_CERT_PATH, file);
    });
    put(exports, Settings.SOLACE_SEMP_HOST, tls ? broker.sempTlsUri() : broker.sempUri());
    put(exports, Settings.SOLACE_SEMP_USERNAME, broker.options().semp().username());
    put(exports, Settings.SOLACE_SEMP_PASSWORD, broker.options().semp().password());
    return exports;
  }

  private static void put(Map<String, String> exports, Setting<?> setting, String value) {
    exports.put(setting.name(), value);
  }

  private String snippet() {
    return """
    JCSMPProperties p = new JCSMPProperties();
    p.setProperty(JCSMPProperties.HOST, System.getenv("SOLACE_HOST"));
    p.setProperty(JCSMPProperties.VPN_NAME, System.getenv("SOLACE_VPN"));
    p.setProperty(JCSMPProperties.USERNAME, System.getenv("SOLACE_USERNAME"));
    p.setProperty(JCSMPProperties.PASSWORD, System.getenv("SOLACE_PASSWORD"));
    JCSMPSession session = JCSMPFactory.onlyInstance().createSession(p);
    session.connect();
    """;
  }

  private static String quoted(String value) {
    return PLAIN.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}
