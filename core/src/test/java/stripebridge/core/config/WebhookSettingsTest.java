package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WebhookSettingsTest {
  @Test
  void requiresASecret() {
    assertThat(Configs.problems(Map.of(), SettingGroup.WEBHOOK))
        .containsExactly(
            "STRIPE_WEBHOOK_SECRET: is required to verify webhooks: set it or"
                + " STRIPE_WEBHOOK_SECRET_FILE, or pass --stripe-webhook-secret-file");
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.WEBHOOK,
        Map.of("STRIPE_WEBHOOK_SECRET", "live=whsec_a,whsec_b"),
        Set.of(),
        BridgeConfig::webhook,
        new WebhookSettings(
            List.of(
                new EndpointSecret("live", new Secret("whsec_a")),
                new EndpointSecret(null, new Secret("whsec_b")))));
  }

  @Test
  void refusesAnEmptyItem() {
    assertThat(
            Configs.problems(
                Configs.dotEnv("STRIPE_WEBHOOK_SECRET=whsec_a,"), SettingGroup.WEBHOOK))
        .containsExactly(".env:1: STRIPE_WEBHOOK_SECRET leaves item 2 empty");
  }
}
