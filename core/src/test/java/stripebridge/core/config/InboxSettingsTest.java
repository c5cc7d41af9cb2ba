package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.InboxSettings.RedisDurability;

class InboxSettingsTest {
  private static final RedisUrl REDIS = RedisUrl.of("rediss://u:p@h/2").orElseThrow();

  private static final Map<String, String> SHARED =
      Map.of(
          "REDIS_URL", "rediss://u:p@h/2",
          "REDIS_KEY_PREFIX", "pay:",
          "REDIS_TLS_CA_CERT_PATH", "ca.pem",
          "REDIS_TLS_CERT_PATH", "cert.pem",
          "REDIS_TLS_KEY_PATH", "key.pem",
          "INBOX_REDIS_DURABILITY", "replica:2",
          "INBOX_FORMAT", "2");

  @Test
  void isEmbeddedByDefault() {
    assertThat(Configs.read(Map.of(), SettingGroup.INBOX).inbox())
        .isEqualTo(new InboxSettings.Embedded("./stripebridge-inbox.db"));
  }

  @Test
  void hasDefaultsForASharedOne() {
    assertThat(Configs.read(Map.of("REDIS_URL", "rediss://u:p@h/2"), SettingGroup.INBOX).inbox())
        .isEqualTo(
            new InboxSettings.Shared(
                REDIS,
                "stripebridge:",
                new TlsTrust.JavaDefault(),
                new TlsIdentity.None(),
                new RedisDurability.AsConfigured(),
                Optional.empty()));
  }

  @Test
  void mapsEverySettingOfAnEmbeddedOne() {
    Configs.assertMapsEverySetting(
        SettingGroup.INBOX,
        Map.of("INBOX_PATH", "/var/inbox.db"),
        SHARED.keySet(),
        BridgeConfig::inbox,
        new InboxSettings.Embedded("/var/inbox.db"));
  }

  @Test
  void mapsEverySettingOfASharedOne() {
    Configs.assertMapsEverySetting(
        SettingGroup.INBOX,
        SHARED,
        Set.of("INBOX_PATH"),
        BridgeConfig::inbox,
        new InboxSettings.Shared(
            REDIS,
            "pay:",
            new TlsTrust.File("ca.pem", new Secret("")),
            new TlsIdentity.Pem("cert.pem", "key.pem"),
            new RedisDurability.Replicas(2),
            Optional.of(2)));
  }

  @Test
  void knowsLocalDurability() {
    Map<String, String> settings =
        Map.of("REDIS_URL", "redis://h", "INBOX_REDIS_DURABILITY", "local");

    assertThat(Configs.read(settings, SettingGroup.INBOX).inbox())
        .isInstanceOfSatisfying(
            InboxSettings.Shared.class,
            shared -> assertThat(shared.durability()).isEqualTo(new RedisDurability.Local()));
  }

  @Test
  void refusesWhatIsIllegal() {
    assertThat(
            Configs.problems(
                Map.of(
                    "REDIS_URL", "cache:6379",
                    "REDIS_KEY_PREFIX", "a b",
                    "INBOX_REDIS_DURABILITY", "replica:0",
                    "INBOX_PATH", "a\u0000b")))
        .containsExactly(
            "REDIS_URL: must be like redis://user:password@host:6379/0, or"
                + " redis+sentinel://host,host/"
                + "master/0, or redis+cluster://host,host (rediss for TLS; a '%' in the password"
                + " is written %25)",
            "REDIS_KEY_PREFIX: must be 1 to 64 visible ASCII characters, not 'a b'",
            "INBOX_REDIS_DURABILITY: must be local, or replica:N with N from 1 to 9, not"
                + " 'replica:0'",
            "INBOX_PATH: must be a path, not 'a\\u0000b'");
  }

  @Test
  void refusesTlsFilesForARedisWithoutTls() {
    assertThat(
            Configs.problems(Map.of("REDIS_URL", "redis://h", "REDIS_TLS_CA_CERT_PATH", "ca.pem")))
        .containsExactly(
            "REDIS_TLS_CA_CERT_PATH: is set, but REDIS_URL does not use TLS: write rediss://");
  }

  @Test
  void refusesACertificateWithoutItsKey() {
    assertThat(Configs.problems(Map.of("REDIS_URL", "rediss://h", "REDIS_TLS_KEY_PATH", "key.pem")))
        .containsExactly("REDIS_TLS_KEY_PATH: is set without REDIS_TLS_CERT_PATH");
  }

  @Test
  void warnsAboutSettingsWithoutEffect() {
    BridgeConfig shared =
        Configs.read(Map.of("REDIS_URL", "redis://h", "INBOX_PATH", "i.db"), SettingGroup.INBOX);
    BridgeConfig embedded =
        Configs.read(
            Map.of("REDIS_KEY_PREFIX", "p", "REDIS_TLS_CA_CERT_PATH", "ca.pem"),
            SettingGroup.INBOX);

    assertThat(Configs.lines(shared.warnings()))
        .containsExactly("INBOX_PATH: has no effect when REDIS_URL is set");
    assertThat(Configs.lines(embedded.warnings()))
        .containsExactly(
            "REDIS_TLS_CA_CERT_PATH: has no effect without REDIS_URL",
            "REDIS_KEY_PREFIX: has no effect without REDIS_URL");
  }
}
