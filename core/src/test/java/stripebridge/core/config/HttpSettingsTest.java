package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.core.config.HttpSettings.Admin;

class HttpSettingsTest {
  private static HttpSettings http(Map<String, String> settings) {
    return Configs.read(settings, Subject.HTTP).http();
  }

  @Test
  void hasDefaults() {
    assertThat(http(Map.of()))
        .isEqualTo(new HttpSettings("0.0.0.0", 8080, new Admin.SamePort(), new Identity.None()));
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        Subject.HTTP,
        Map.of(
            "APP_HOST", "127.0.0.1",
            "APP_PORT", "1",
            "APP_TLS_CERT_PATH", "cert.pem",
            "APP_TLS_KEY_PATH", "key.pem",
            "ADMIN_PORT", "65535"),
        Set.of(),
        BridgeConfig::http,
        new HttpSettings(
            "127.0.0.1", 1, new Admin.OwnPort(65_535), new Identity.Pem("cert.pem", "key.pem")));
  }

  @Test
  void hasOneListenerWhenBothPortsAreTheSame() {
    assertThat(http(Map.of("APP_PORT", "9000", "ADMIN_PORT", "9000")).admin())
        .isEqualTo(new Admin.SamePort());
    assertThat(http(Map.of("APP_PORT", "0")).admin()).isEqualTo(new Admin.SamePort());
    assertThat(http(Map.of("APP_PORT", "0", "ADMIN_PORT", "0")).admin())
        .isEqualTo(new Admin.OwnPort(0));
  }

  @ParameterizedTest
  @CsvSource({"::, ::", "[::1], ::1", "host_1.example.com, host_1.example.com"})
  void listensOnAName(String text, String host) {
    assertThat(http(Map.of("APP_HOST", text)).host()).isEqualTo(host);
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThat(
            Configs.problems(
                Map.of("APP_HOST", "http://h", "APP_PORT", "65536", "ADMIN_PORT", "-1")))
        .containsExactly(
            "APP_HOST: must be a host name or an address, without scheme and port, not 'http://h'",
            "APP_PORT: must be a port from 0 to 65535, not '65536'",
            "ADMIN_PORT: must be a port from 0 to 65535, not '-1'");
  }

  @Test
  void refusesACertificateWithoutItsKeyAndAKeyWithoutItsCertificate() {
    assertThat(Configs.problems(Map.of("APP_TLS_CERT_PATH", "cert.pem")))
        .containsExactly("APP_TLS_CERT_PATH: is set without APP_TLS_KEY_PATH");
    assertThat(Configs.problems(Configs.dotEnv("APP_TLS_KEY_PATH=key.pem")))
        .containsExactly(".env:1: APP_TLS_KEY_PATH is set without APP_TLS_CERT_PATH");
  }
}
