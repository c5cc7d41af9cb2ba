package stripebridge.core.config;

import java.net.URI;

/// The address of Stripe's API, and the key for it.
///
/// @param base without a slash at its end
public record StripeApiSettings(Secret key, URI base) {
  static StripeApiSettings from(Values values) {
    return new StripeApiSettings(
        values.get(Settings.STRIPE_API_KEY), values.get(Settings.STRIPE_API_BASE));
  }
}
