package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretSettingsTest {
  private static SecretSettings read(Map<String, String> environment) {
    return Configs.read(environment, SettingGroup.SECRETS).secrets();
  }

  @Test
  void callsASecretOldAfterAQuarterUnlessToldOtherwise() {
    assertThat(read(Map.of())).isEqualTo(new SecretSettings(Optional.of(Duration.ofDays(90))));
    assertThat(read(Map.of("SECRET_MAX_AGE_DAYS", "30")))
        .isEqualTo(new SecretSettings(Optional.of(Duration.ofDays(30))));
    assertThat(read(Map.of("SECRET_MAX_AGE_DAYS", "0")))
        .isEqualTo(new SecretSettings(Optional.empty()));
  }

  @Test
  void readsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.SECRETS,
        Map.of("SECRET_MAX_AGE_DAYS", "30"),
        Set.of(),
        BridgeConfig::secrets,
        new SecretSettings(Optional.of(Duration.ofDays(30))));
  }

  @Test
  void refusesDaysOutOfRange() {
    assertThat(Configs.problems(Map.of("SECRET_MAX_AGE_DAYS", "-1"), SettingGroup.SECRETS))
        .containsExactly("SECRET_MAX_AGE_DAYS: must be a whole number from 0 to 3650, not '-1'");
  }
}
