package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CaptureSettingsTest {
  @Test
  void isOffByDefault() {
    assertThat(Configs.read(Map.of(), SettingGroup.CAPTURE).capture())
        .isEqualTo(new CaptureSettings(Optional.empty()));
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.CAPTURE,
        Map.of("CAPTURE_REFUSED", "/srv/refused"),
        Set.of(),
        BridgeConfig::capture,
        new CaptureSettings(Optional.of("/srv/refused")));
  }
}
