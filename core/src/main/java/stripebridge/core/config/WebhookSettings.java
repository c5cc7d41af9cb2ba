package stripebridge.core.config;

import java.util.List;

/// The secrets that verify webhooks.
///
/// @param secrets at least one, in the configured order
public record WebhookSettings(List<EndpointSecret> secrets) {
  public WebhookSettings {
    secrets = List.copyOf(secrets);
  }

  static WebhookSettings from(Values values) {
    return new WebhookSettings(values.get(Settings.STRIPE_WEBHOOK_SECRET));
  }
}
