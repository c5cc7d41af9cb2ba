package stripebridge.core.config;

import java.util.List;
import java.util.Set;
import stripebridge.core.problem.Problem;

/// The settings of the subjects that a command asked for, found legal. Each accessor throws
/// [IllegalStateException] when its subject was not asked for. Immutable.
public final class BridgeConfig {
  private final Values values;
  private final Set<SettingGroup> asked;
  private final List<Problem> warnings;

  BridgeConfig(Values values, Set<SettingGroup> asked, List<Problem> warnings) {
    this.values = values;
    this.asked = asked;
    this.warnings = warnings;
  }

  public WebhookSettings webhook() {
    return WebhookSettings.from(valuesOf(SettingGroup.WEBHOOK));
  }

  public StripeApiSettings stripeApi() {
    return StripeApiSettings.from(valuesOf(SettingGroup.STRIPE_API));
  }

  public MessageSettings message() {
    return MessageSettings.from(valuesOf(SettingGroup.MESSAGE));
  }

  public SolaceSettings solace() {
    return SolaceSettings.from(valuesOf(SettingGroup.SOLACE));
  }

  public SempSettings semp() {
    return SempSettings.from(valuesOf(SettingGroup.SEMP));
  }

  public HttpSettings http() {
    return HttpSettings.from(valuesOf(SettingGroup.HTTP));
  }

  public LogSettings log() {
    return LogSettings.from(valuesOf(SettingGroup.LOG));
  }

  public InboxSettings inbox() {
    return InboxSettings.from(valuesOf(SettingGroup.INBOX));
  }

  public RelaySettings relay() {
    return RelaySettings.from(valuesOf(SettingGroup.RELAY));
  }

  public ValidateSettings validate() {
    return ValidateSettings.from(valuesOf(SettingGroup.VALIDATE));
  }

  public SandboxSettings sandbox() {
    return SandboxSettings.from(valuesOf(SettingGroup.SANDBOX));
  }

  /// What is legal and most likely not meant, of the subjects that were asked for.
  public List<Problem> warnings() {
    return warnings;
  }

  private Values valuesOf(SettingGroup subject) {
    if (!asked.contains(subject)) {
      throw new IllegalStateException("the settings of " + subject + " were not asked for");
    }
    return values;
  }
}
