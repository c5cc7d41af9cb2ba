package stripebridge.acceptance.script;

import java.util.HashMap;
import java.util.Map;
import stripebridge.sandbox.SandboxBroker;

/// The broker for scripts with a line `broker`: a sandbox or, with the profile `broker`, the broker
/// that the environment variables `SOLACE_…` name.
interface ScriptBroker extends AutoCloseable {
  /// The variables that describe the broker.
  Map<String, String> settings();

  @Override
  void close();

  /// Whether the environment names the broker; then only scripts with a line `broker` run.
  static boolean isOfTheEnvironment() {
    return Boolean.getBoolean("broker");
  }

  /// Opens the broker to run against.
  static ScriptBroker open(Map<String, String> environment) {
    return isOfTheEnvironment()
        ? new Given(given(environment))
        : new Sandbox(SandboxBroker.start());
  }

  private static Map<String, String> given(Map<String, String> environment) {
    Map<String, String> given = new HashMap<>(environment);
    given.keySet().removeIf(name -> !name.startsWith("SOLACE_"));
    for (String needed : new String[] {"SOLACE_HOST", "SOLACE_SEMP_HOST"}) {
      if (!given.containsKey(needed)) {
        throw new IllegalArgumentException(
            needed + " is not set; docs/solace-broker.md lists the settings");
      }
    }
    return given;
  }

  /// An existing broker.
  record Given(Map<String, String> settings) implements ScriptBroker {
    @Override
    public void close() {}
  }

  /// A broker for one script.
  record Sandbox(SandboxBroker broker) implements ScriptBroker {
    @Override
    public Map<String, String> settings() {
      return Map.of(
          "SOLACE_HOST", broker.smfUri(),
          "SOLACE_VPN", "default",
          "SOLACE_USERNAME", "default",
          "SOLACE_PASSWORD", "default",
          "SOLACE_SEMP_HOST", broker.sempUri(),
          "SOLACE_SEMP_USERNAME", "admin",
          "SOLACE_SEMP_PASSWORD", "admin");
    }

    @Override
    public void close() {
      broker.close();
    }
  }
}
