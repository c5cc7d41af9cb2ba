package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SandboxSettingsTest {
  @Test
  void hasDefaults() {
    assertThat(Configs.read(Map.of(), SettingGroup.SANDBOX).sandbox())
        .isEqualTo(new SandboxSettings(55_555, 8081));
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.SANDBOX,
        Map.of("SANDBOX_SMF_PORT", "0", "SANDBOX_SEMP_PORT", "9"),
        Set.of(),
        BridgeConfig::sandbox,
        new SandboxSettings(0, 9));
  }

  @Test
  void refusesOnePortForBoth() {
    assertThat(Configs.problems(Map.of("SANDBOX_SMF_PORT", "8081")))
        .containsExactly("SANDBOX_SEMP_PORT: must differ from SANDBOX_SMF_PORT, which is 8081");
    assertThat(Configs.problems(Map.of("SANDBOX_SMF_PORT", "0", "SANDBOX_SEMP_PORT", "0")))
        .isEmpty();
  }
}
