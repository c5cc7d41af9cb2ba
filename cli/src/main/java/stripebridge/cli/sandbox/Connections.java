package stripebridge.cli.sandbox;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stripebridge.core.config.Setting;
import stripebridge.core.config.Settings;
import stripebridge.sandbox.SandboxBroker;

/// Prints how to connect to a running sandbox: exports for a shell, comments for people.
///
/// @param login the login that `serve` uses
/// @param passwords generated passwords, by the variable that the topology names
/// @param certificate the file with the certificate that TLS clients must trust
public record Connections(
    SandboxBroker broker,
    String vpn,
    ClientLogin login,
    Map<String, String> passwords,
    Optional<String> certificate) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,-]+");

  /// Prints shell code, to be read from a file or a pipe.
  public void print(PrintStream out) {
    out.println(
        "# The sandbox is running, for development and tests, in memory only, until Ctrl-C.");
    Map<String, String> exports = exports();
    // The shell may have settings for another broker that contradict these.
    out.println("unset " + conflicting(exports.keySet()));
    exports.forEach((name, value) -> out.println("export " + name + "=" + quoted(value)));
    password().ifPresent(out::println);
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
    put(exports, Settings.SOLACE_USERNAME, login.username());
    exports.putAll(passwords);
    put(exports, Settings.SOLACE_TLS_ENABLED, Boolean.toString(tls));
    certificate.ifPresent(file -> {
      put(exports, Settings.SOLACE_TLS_CA_CERT_PATH, file);
      put(exports, Settings.SOLACE_SEMP_TLS_CA_CERT_PATH, file);
    });
    put(exports, Settings.SOLACE_SEMP_HOST, tls ? broker.sempTlsUri() : broker.sempUri());
    put(exports, Settings.SOLACE_SEMP_USERNAME, broker.options().semp().username());
    put(exports, Settings.SOLACE_SEMP_PASSWORD, broker.options().semp().password());
    return exports;
  }

  /// The client username's password where no export has it. A password from the environment is not
  /// repeated: the user has it already.
  private Optional<String> password() {
    String own = Settings.SOLACE_PASSWORD.name();
    if (login.passwordVariable().isEmpty()) {
      return Optional.of("# '" + login.username() + "' has no password.");
    }
    String variable = login.passwordVariable().get();
    if (!variable.equals(own)) {
      return Optional.of("export " + own + "=\"$" + variable + "\"");
    }
    return passwords.containsKey(own)
        ? Optional.empty()
        : Optional.of("# " + own + " is the one in the environment of the sandbox.");
  }

  private static String conflicting(Set<String> exported) {
    Stream<String> files = exported.stream().map(name -> name + "_FILE");
    Setting<?> token = Settings.SOLACE_SEMP_TOKEN;
    return Stream.concat(files, Stream.of(token.name(), token.fileVariable()))
        .collect(Collectors.joining(" "));
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
