package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageSettingsTest {
  @Test
  void hasDefaults() {
    assertThat(Configs.read(Map.of(), SettingGroup.MESSAGE).message())
        .isEqualTo(new MessageSettings("unknown", Duration.ZERO, true));
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.MESSAGE,
        Map.of(
            "STRIPE_ACCOUNT_ID", "acct_1",
            "SOLACE_MESSAGE_TTL_MS", "1500",
            "DMQ_ELIGIBLE", "No"),
        Set.of(),
        BridgeConfig::message,
        new MessageSettings("acct_1", Duration.ofMillis(1500), false));
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThat(
            Configs.problems(
                Map.of(
                    "STRIPE_ACCOUNT_ID", "acct/1",
                    "SOLACE_MESSAGE_TTL_MS", "1.5",
                    "DMQ_ELIGIBLE", "2")))
        .containsExactly(
            "STRIPE_ACCOUNT_ID: must be 1 to 64 letters, digits, '_' and '-', not 'acct/1'",
            "SOLACE_MESSAGE_TTL_MS: must be a whole number of milliseconds from 0 to 315360000000,"
                + " not '1.5'",
            "DMQ_ELIGIBLE: must be true or false, not '2'");
  }
}
