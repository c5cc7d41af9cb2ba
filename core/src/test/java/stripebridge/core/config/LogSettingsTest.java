package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;

class LogSettingsTest {
  @Test
  void hasDefaults() {
    assertThat(Configs.read(Map.of(), SettingGroup.LOG).log())
        .isEqualTo(new LogSettings(LogLevel.INFO, LogFormat.JSON));
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.LOG,
        Map.of("LOG_LEVEL", "debug", "LOG_FORMAT", "TEXT"),
        Set.of(),
        BridgeConfig::log,
        new LogSettings(LogLevel.DEBUG, LogFormat.TEXT));
  }

  @ParameterizedTest
  @CsvSource({"WARNING, WARN", "critical, ERROR", "Warn, WARN", "trace, TRACE"})
  void understandsThePythonNamesOfLevels(String text, LogLevel level) {
    assertThat(Configs.read(Map.of("LOG_LEVEL", text), SettingGroup.LOG).log().level())
        .isEqualTo(level);
  }

  @Test
  void refusesOtherNames() {
    assertThat(Configs.problems(Map.of("LOG_LEVEL", "loud", "LOG_FORMAT", "xml")))
        .containsExactly(
            "LOG_LEVEL: must be one of trace, debug, info, warn, error, not 'loud'",
            "LOG_FORMAT: must be one of json, text, not 'xml'");
  }
}
