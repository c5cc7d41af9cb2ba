package stripebridge.core.config;

/// The groups of settings. A command requests the groups that it needs; the settings that those
/// groups require must then be set.
public enum SettingGroup {
  WEBHOOK("Stripe webhooks", "verify webhooks"),
  STRIPE_API("Stripe API", "call Stripe's API"),
  MESSAGE("Messages", "turn events into messages"),
  SOLACE("Solace messaging", "connect to the broker"),
  SEMP("Solace administration", "administer the broker"),
  HTTP("HTTP", "serve HTTP"),
  LOG("Logging", "log"),
  INBOX("Inbox", "keep events until they are published"),
  RELAY("Relay", "accept and publish events"),
  SECRETS("Secrets", "judge secrets"),
  VALIDATE("Validation", "validate the pipeline"),
  SANDBOX("Sandbox", "run the sandbox");

  private final String title;
  private final String purpose;

  SettingGroup(String title, String purpose) {
    this.title = title;
    this.purpose = purpose;
  }

  /// The heading of the group.
  public String title() {
    return title;
  }

  /// What the group's settings are needed for, as it follows `to`.
  String purpose() {
    return purpose;
  }
}
