package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ValidateSettingsTest {
  @Test
  void hasDefaults() {
    assertThat(Configs.read(Map.of(), SettingGroup.VALIDATE).validate())
        .isEqualTo(new ValidateSettings("acct_e2e", Duration.ofSeconds(10), false));
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.VALIDATE,
        Map.of(
            "E2E_STRIPE_ACCOUNT_ID", "acct_2",
            "E2E_CONSUME_TIMEOUT_SECONDS", "2.5",
            "E2E_QUEUE_DRAIN_BEFORE_TEST", "1"),
        Set.of(),
        BridgeConfig::validate,
        new ValidateSettings("acct_2", Duration.ofMillis(2500), true));
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThat(
            Configs.problems(
                Map.of(
                    "E2E_STRIPE_ACCOUNT_ID", "a.b",
                    "E2E_CONSUME_TIMEOUT_SECONDS", "0",
                    "E2E_QUEUE_DRAIN_BEFORE_TEST", "perhaps")))
        .containsExactly(
            "E2E_STRIPE_ACCOUNT_ID: must be 1 to 64 letters, digits, '_' and '-', not 'a.b'",
            "E2E_CONSUME_TIMEOUT_SECONDS: must be a number of seconds from 1 to 3600, not '0'",
            "E2E_QUEUE_DRAIN_BEFORE_TEST: must be true or false, not 'perhaps'");
  }
}
