package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.BrokerAddress.Scheme;

class SolaceSettingsTest {
  private static Map<String, String> with(String... pairs) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "SOLACE_HOST", "tcps://a",
                "SOLACE_VPN", "v",
                "SOLACE_USERNAME", "u",
                "SOLACE_PASSWORD", "p"));
    for (int i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], pairs[i + 1]);
    }
    return settings;
  }

  private static List<String> problems(String... pairs) {
    return Configs.problems(with(pairs), SettingGroup.SOLACE);
  }

  private static List<String> warnings(String... pairs) {
    return Configs.lines(Configs.read(with(pairs), SettingGroup.SOLACE).warnings());
  }

  @Test
  void trustsWhatJavaTrustsByDefault() {
    assertThat(Configs.read(with(), SettingGroup.SOLACE).solace())
        .isEqualTo(
            new SolaceSettings(
                List.of(new BrokerAddress(Scheme.TCPS, "a", 55_443)),
                "v",
                "u",
                new Secret("p"),
                new TlsTrust.JavaDefault()));
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.SOLACE,
        with("SOLACE_TLS_CA_CERT_PATH", "ca.jks", "SOLACE_TLS_CA_CERT_PASSWORD", "c"),
        // It changes no value; `refusesPlaintextWhenTlsIsEnabled` covers it.
        Set.of("SOLACE_TLS_ENABLED"),
        BridgeConfig::solace,
        new SolaceSettings(
            List.of(new BrokerAddress(Scheme.TCPS, "a", 55_443)),
            "v",
            "u",
            new Secret("p"),
            new TlsTrust.File("ca.jks", new Secret("c"))));
  }

  @Test
  void refusesPlaintextWhenTlsIsEnabled() {
    assertThat(problems("SOLACE_TLS_ENABLED", "true", "SOLACE_HOST", "tcps://a,ws://b"))
        .containsExactly(
            "SOLACE_HOST: has 'ws://b:80', which is not TLS, but SOLACE_TLS_ENABLED is true");
    assertThat(problems("SOLACE_TLS_ENABLED", "true", "SOLACE_HOST", "wss://a")).isEmpty();
    assertThat(problems("SOLACE_HOST", "tcp://a")).isEmpty();
  }

  @Test
  void refusesAFailoverToPlaintext() {
    assertThat(problems("SOLACE_HOST", "tcps://a,tcp://b"))
        .containsExactly(
            "SOLACE_HOST: mixes 'tcp://b:55555', which is not TLS, with 'tcps://a:55443', which"
                + " is: a failover would send messages in the clear");
  }

  @Test
  void refusesNamesThatNoBrokerAccepts() {
    assertThat(problems("SOLACE_VPN", "v".repeat(33), "SOLACE_USERNAME", "a*"))
        .containsExactly(
            "SOLACE_VPN: must be 1 to 32 characters without '*' or '?', not '"
                + "v".repeat(33)
                + "'",
            "SOLACE_USERNAME: must be 1 to 189 characters without '*' or '?', not 'a*'");
  }

  @Test
  void warnsAboutSettingsWithoutEffect() {
    assertThat(warnings("SOLACE_TLS_ENABLED", "false", "SOLACE_TLS_CA_CERT_PASSWORD", "c"))
        .containsExactly(
            "SOLACE_TLS_ENABLED: has no effect as false: SOLACE_HOST is TLS",
            "SOLACE_TLS_CA_CERT_PASSWORD: has no effect without SOLACE_TLS_CA_CERT_PATH");
    assertThat(warnings("SOLACE_HOST", "tcp://a", "SOLACE_TLS_CA_CERT_PATH", "ca.pem"))
        .containsExactly(
            "SOLACE_TLS_CA_CERT_PATH: has no effect on messaging: SOLACE_HOST is not TLS");
    assertThat(warnings()).isEmpty();
  }
}
