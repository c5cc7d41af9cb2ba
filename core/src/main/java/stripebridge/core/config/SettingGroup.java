package stripebridge.core.config;

/// What settings are about. A command asks for the subjects it needs, and what these require must
/// then be set.
public enum SettingGroup {
  WEBHOOK("Stripe webhooks", "verify webhooks"),
  STRIPE_API("Stripe API", "call Stripe's API"),
  MESSAGE("Messages", "make messages of events"),
  SOLACE("Solace messaging", "connect to the broker"),
  SEMP("Solace administration", "administer the broker"),
  HTTP("HTTP", "answer HTTP requests"),
  LOG("Logging", "log"),
  INBOX("Inbox", "keep events until they are published"),
  RELAY("Relay", "accept and publish events"),
  VALIDATE("Validation", "validate the whole pipeline"),
  SANDBOX("Sandbox", "run the sandbox");

  private final String title;
  private final String purpose;

  SettingGroup(String title, String purpose) {
    this.title = title;
    this.purpose = purpose;
  }

  /// A heading.
  public String title() {
    return title;
  }

  /// What the settings serve, as it follows `to`.
  public String purpose() {
    return purpose;
  }
}
