package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.config.HttpSettings.Admin;
import stripebridge.core.config.HttpSettings.Proxy;

class HttpSettingsTest {
  private static HttpSettings http(Map<String, String> settings) {
    return Configs.read(settings, SettingGroup.HTTP).http();
  }

  @Test
  void hasDefaults() {
    assertThat(http(Map.of()))
        .isEqualTo(
            new HttpSettings(
                "0.0.0.0",
                8080,
                new Admin.SamePort(),
                new TlsIdentity.None(),
                "/webhooks/stripe",
                new Proxy.Unused()));
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.HTTP,
        Map.of(
            "APP_HOST", "127.0.0.1",
            "APP_PORT", "1",
            "APP_TLS_CERT_PATH", "cert.pem",
            "APP_TLS_KEY_PATH", "key.pem",
            "ADMIN_PORT", "65535",
            "APP_WEBHOOK_PATH", "/in/stripe-1",
            "APP_PROXY_PROTOCOL", "true",
            "APP_PROXY_TRUSTED", "10.0.0.0/8, ::1"),
        Set.of(),
        BridgeConfig::http,
        new HttpSettings(
            "127.0.0.1",
            1,
            new Admin.OwnPort(65_535),
            new TlsIdentity.Pem("cert.pem", "key.pem"),
            "/in/stripe-1",
            new Proxy.Required(
                List.of(Network.of("10.0.0.0/8").orElseThrow(), Network.of("::1").orElseThrow()))));
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
            "APP_HOST: must be a host name or an address, without scheme or port, not 'http://h'",
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "webhooks",
        "/",
        "/a/",
        "//a",
        "/a b",
        "/a?b",
        "/a%20",
        "/a/../b",
        "/.",
        "/ready",
        "/{a}",
        "/a*",
        "http://h/a"
      })
  void refusesAPathThatAProxyCouldInterpretDifferently(String path) {
    assertThat(Configs.problems(Map.of("APP_WEBHOOK_PATH", path)))
        .singleElement()
        .asString()
        .startsWith("APP_WEBHOOK_PATH: must be a path like /webhooks/stripe");
  }

  @Test
  void requiresASeparateAdminPortForTheProxyProtocol() {
    String problem =
        "APP_PROXY_PROTOCOL: requires a separate ADMIN_PORT: health probes and Prometheus send no"
            + " PROXY header";
    assertThat(Configs.problems(Map.of("APP_PROXY_PROTOCOL", "true"))).containsExactly(problem);
    assertThat(
            Configs.problems(
                Map.of("APP_PROXY_PROTOCOL", "true", "APP_PORT", "90", "ADMIN_PORT", "90")))
        .containsExactly(problem);
    assertThat(
            Configs.problems(
                Map.of("APP_PROXY_PROTOCOL", "true", "APP_PORT", "0", "ADMIN_PORT", "0")))
        .isEmpty();
  }

  @Test
  void refusesAnInvalidNetwork() {
    assertThat(Configs.problems(Map.of("APP_PROXY_TRUSTED", "10.0.0.1/8")))
        .containsExactly(
            "APP_PROXY_TRUSTED: must be networks like 10.0.0.0/8 or fd00::/8, separated by commas,"
                + " with no bit set after the prefix, not '10.0.0.1/8'");
  }
}
