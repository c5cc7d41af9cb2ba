package stripebridge.core.config;

/// The ports of the sandbox; 0 picks a free one.
public record SandboxSettings(int smfPort, int sempPort) {
  static SandboxSettings from(Values values) {
    return new SandboxSettings(
        values.get(Settings.SANDBOX_SMF_PORT), values.get(Settings.SANDBOX_SEMP_PORT));
  }

  static void check(Checks checks) {
    int smfPort = checks.values().find(Settings.SANDBOX_SMF_PORT).orElse(0);
    int sempPort = checks.values().find(Settings.SANDBOX_SEMP_PORT).orElse(0);
    if (smfPort != 0 && smfPort == sempPort) {
      checks.refuse(
          Settings.SANDBOX_SEMP_PORT, "must differ from SANDBOX_SMF_PORT, which is " + smfPort);
    }
  }
}
