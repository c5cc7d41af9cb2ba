package stripebridge.core.config;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import stripebridge.core.problem.Problem;

/// The valid settings of the groups that a command requested. Each accessor throws
/// [IllegalStateException] when its group was not requested. Immutable.
public final class BridgeConfig {
  private final Values values;
  private final Set<SettingGroup> requested;
  private final List<Problem> warnings;

  BridgeConfig(Values values, Set<SettingGroup> requested, List<Problem> warnings) {
    this.values = values;
    this.requested = requested;
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

  public SecretSettings secrets() {
    return SecretSettings.from(valuesOf(SettingGroup.SECRETS));
  }

  public ValidateSettings validate() {
    return ValidateSettings.from(valuesOf(SettingGroup.VALIDATE));
  }

  public SandboxSettings sandbox() {
    return SandboxSettings.from(valuesOf(SettingGroup.SANDBOX));
  }

  /// Settings of the requested groups that are legal but probably a mistake.
  public List<Problem> warnings() {
    return warnings;
  }

  /// The problems of dates that are not yet.
  ///
  /// @param today in UTC; elsewhere it may be tomorrow already
  List<Problem> problemsOn(LocalDate today) {
    return values.find(Settings.STRIPE_WEBHOOK_SECRET).stream()
        .flatMap(List::stream)
        .filter(secret -> secret.since() != null && secret.since().isAfter(today.plusDays(1)))
        .map(secret ->
            values.problem(
                Settings.STRIPE_WEBHOOK_SECRET,
                "has a secret '%s@%s=' with a date in the future: write since when it is in use"
                    .formatted(secret.label() == null ? "" : secret.label(), secret.since())))
        .toList();
  }

  /// The value of a setting as text, secrets masked; empty when it is not set.
  String shown(Setting<?> setting) {
    return values.effective().stream()
        .filter(one -> one.setting().equals(setting))
        .map(EffectiveSetting::shown)
        .findFirst()
        .orElse("");
  }

  /// The settings with another value in the other configuration, in the order of [Settings#all].
  List<Setting<?>> differences(BridgeConfig other) {
    return Settings.all().stream()
        .<Setting<?>>map(setting -> setting)
        .filter(setting -> !values.find(setting).equals(other.values.find(setting)))
        .toList();
  }

  private Values valuesOf(SettingGroup group) {
    if (!requested.contains(group)) {
      throw new IllegalStateException("the " + group + " settings were not requested");
    }
    return values;
  }
}
