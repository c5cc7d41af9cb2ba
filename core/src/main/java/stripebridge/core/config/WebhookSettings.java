package stripebridge.core.config;

import java.util.List;

/// What it takes to tell a genuine webhook.
///
/// @param secrets at least one, in the order they were given
public record WebhookSettings(List<EndpointSecret> secrets) {
  public WebhookSettings {
    secrets = List.copyOf(secrets);
  }

  static WebhookSettings from(Values values) {
    return new WebhookSettings(values.get(Settings.STRIPE_WEBHOOK_SECRET));
  }
}
