package stripebridge.core.config;

import java.util.List;
import java.util.Set;
import stripebridge.core.problem.Problem;

/// The settings of the subjects that a command asked for, found legal. Each accessor throws
/// [IllegalStateException] when its subject was not asked for. Immutable.
public final class BridgeConfig {
  private final Values values;
  private final Set<Subject> asked;
  private final List<Problem> warnings;

  BridgeConfig(Values values, Set<Subject> asked, List<Problem> warnings) {
    this.values = values;
    this.asked = asked;
    this.warnings = warnings;
  }

  public WebhookSettings webhook() {
    return WebhookSettings.from(valuesOf(Subject.WEBHOOK));
  }

  public StripeApiSettings stripeApi() {
    return StripeApiSettings.from(valuesOf(Subject.STRIPE_API));
  }

  public MessageSettings message() {
    return MessageSettings.from(valuesOf(Subject.MESSAGE));
  }

  public SolaceSettings solace() {
    return SolaceSettings.from(valuesOf(Subject.SOLACE));
  }

  public SempSettings semp() {
    return SempSettings.from(valuesOf(Subject.SEMP));
  }

  public HttpSettings http() {
    return HttpSettings.from(valuesOf(Subject.HTTP));
  }

  public LogSettings log() {
    return LogSettings.from(valuesOf(Subject.LOG));
  }

  public InboxSettings inbox() {
    return InboxSettings.from(valuesOf(Subject.INBOX));
  }

  public RelaySettings relay() {
    return RelaySettings.from(valuesOf(Subject.RELAY));
  }

  public ValidateSettings validate() {
    return ValidateSettings.from(valuesOf(Subject.VALIDATE));
  }

  public SandboxSettings sandbox() {
    return SandboxSettings.from(valuesOf(Subject.SANDBOX));
  }

  /// What is legal and most likely not meant, of the subjects that were asked for.
  public List<Problem> warnings() {
    return warnings;
  }

  private Values valuesOf(Subject subject) {
    if (!asked.contains(subject)) {
      throw new IllegalStateException("the settings of " + subject + " were not asked for");
    }
    return values;
  }
}
