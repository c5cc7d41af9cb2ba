package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StripeApiSettingsTest {
  @Test
  void hasStripesOwnAddressByDefault() {
    assertThat(
            Configs.read(Map.of("STRIPE_API_KEY", "sk_test_a"), SettingGroup.STRIPE_API)
                .stripeApi())
        .isEqualTo(
            new StripeApiSettings(new Secret("sk_test_a"), URI.create("https://api.stripe.com")));
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.STRIPE_API,
        Map.of("STRIPE_API_KEY", "sk_test_a", "STRIPE_API_BASE", "http://localhost:12111/stripe/"),
        Set.of(),
        BridgeConfig::stripeApi,
        new StripeApiSettings(
            new Secret("sk_test_a"), URI.create("http://localhost:12111/stripe")));
  }

  @Test
  void refusesAnInvalidKeyAndAnInvalidUrl() {
    assertThat(
            Configs.problems(
                Map.of("STRIPE_API_KEY", "sk test", "STRIPE_API_BASE", "localhost:12111")))
        .containsExactly(
            "STRIPE_API_KEY: must be text without spaces or line breaks",
            "STRIPE_API_BASE: must be an http:// or https:// URL like https://api.stripe.com, not"
                + " 'localhost:12111'");
  }
}
