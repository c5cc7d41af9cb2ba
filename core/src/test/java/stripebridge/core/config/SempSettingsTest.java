package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.core.config.SempSettings.Credentials;

class SempSettingsTest {
  private static final Map<String, String> REQUIRED =
      Map.of(
          "SOLACE_VPN", "v",
          "SOLACE_SEMP_HOST", "http://h:8080",
          "SOLACE_SEMP_USERNAME", "admin",
          "SOLACE_SEMP_PASSWORD", "p");

  private static SempSettings semp(Map<String, String> environment, String dotEnv) {
    Sources sources = new Sources(Map.of(), environment, DotEnv.parse(dotEnv), Configs.NO_FILES);
    return new ConfigReader(sources).read(Set.of(SettingGroup.SEMP)).semp();
  }

  @Test
  void trustsWhatMessagingTrustsByDefault() {
    Credentials admin = new Credentials.Basic("admin", new Secret("p"));
    URI base = URI.create("http://h:8080");

    assertThat(semp(REQUIRED, ""))
        .isEqualTo(new SempSettings(base, "v", admin, new TlsTrust.JavaDefault()));
    assertThat(semp(REQUIRED, "SOLACE_TLS_CA_CERT_PATH=ca.p12\nSOLACE_TLS_CA_CERT_PASSWORD=c"))
        .isEqualTo(
            new SempSettings(base, "v", admin, new TlsTrust.File("ca.p12", new Secret("c"))));
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.SEMP,
        Map.of(
            "SOLACE_VPN", "v",
            "SOLACE_SEMP_HOST", "https://h/",
            "SOLACE_SEMP_USERNAME", "admin",
            "SOLACE_SEMP_PASSWORD", "p",
            "SOLACE_SEMP_TLS_CA_CERT_PATH", "semp.pem"),
        // It excludes the others; `takesATokenInPlaceOfAPassword` covers it.
        Set.of("SOLACE_SEMP_TOKEN"),
        BridgeConfig::semp,
        new SempSettings(
            URI.create("https://h"),
            "v",
            new Credentials.Basic("admin", new Secret("p")),
            new TlsTrust.File("semp.pem", new Secret(""))));
  }

  @Test
  void takesATokenInPlaceOfAPassword() {
    Map<String, String> environment =
        Map.of("SOLACE_VPN", "v", "SOLACE_SEMP_HOST", "http://h", "SOLACE_SEMP_TOKEN", "t");

    assertThat(semp(environment, "").credentials())
        .isEqualTo(new Credentials.Token(new Secret("t")));
    assertThat(
            semp(environment, "SOLACE_SEMP_USERNAME=admin\nSOLACE_SEMP_PASSWORD=p").credentials())
        .isEqualTo(new Credentials.Token(new Secret("t")));
    assertThat(semp(REQUIRED, "SOLACE_SEMP_TOKEN=t").credentials())
        .isEqualTo(new Credentials.Basic("admin", new Secret("p")));
  }

  @ParameterizedTest
  @CsvSource({
    "http://h:8080, http://h:8080",
    "https://h/SEMP/v2, https://h",
    "https://h/SEMP/v2/config/, https://h",
    "https://h/SEMP, https://h",
    "https://gateway/solace//, https://gateway/solace",
    "HTTP://gateway/solace/SEMP/v2/, http://gateway/solace",
    "http://solace_broker:8080/, http://solace_broker:8080",
    "http://[::1]:8080, http://[::1]:8080",
  })
  void acceptsTheBaseWithOrWithoutTheApiPath(String text, String base) {
    assertThat(
            semp(Map.of("SOLACE_VPN", "v", "SOLACE_SEMP_HOST", text, "SOLACE_SEMP_TOKEN", "t"), "")
                .base())
        .isEqualTo(URI.create(base));
  }

  @Test
  void refusesTwoLoginsInOneSource() {
    Sources sources = Configs.dotEnv("SOLACE_SEMP_TOKEN=t\nSOLACE_SEMP_PASSWORD=p");

    assertThat(Configs.problems(sources))
        .containsExactly(
            ".env:1: SOLACE_SEMP_TOKEN is set together with SOLACE_SEMP_USERNAME or"
                + " SOLACE_SEMP_PASSWORD;"
                + " keep one way to log in");
  }

  @Test
  void requiresALogin() {
    assertThat(Configs.problems(Map.of(), SettingGroup.SEMP))
        .containsExactly(
            "SOLACE_VPN: is required to administer the broker: set it, or pass --solace-vpn",
            "SOLACE_SEMP_HOST: is required to administer the broker: set it, or pass"
                + " --solace-semp-host",
            "SOLACE_SEMP_USERNAME: is required to administer the broker: set it, or pass"
                + " --solace-semp-username",
            "SOLACE_SEMP_PASSWORD: is required to administer the broker: set it or"
                + " SOLACE_SEMP_PASSWORD_FILE, or pass --solace-semp-password-file");
  }

  @ParameterizedTest
  @CsvSource({"h:8080", "tcp://h", "http://h:0", "http://h/?a", "http://h/#a", "http://h/a b"})
  void refusesAnInvalidBase(String text) {
    assertThat(Configs.problems(Map.of("SOLACE_SEMP_HOST", text)))
        .containsExactly(
            "SOLACE_SEMP_HOST: must be an http:// or https:// URL like http://localhost:8080, not '"
                + text
                + "'");
  }

  @Test
  void refusesCredentialsInTheBase() {
    assertThat(Configs.problems(Map.of("SOLACE_SEMP_HOST", "http://admin:p@h")))
        .containsExactly(
            "SOLACE_SEMP_HOST: must not contain a username or password: they have settings of"
                + " their own");
  }
}
