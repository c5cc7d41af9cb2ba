package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RelaySettingsTest {
  @Test
  void hasDefaults() {
    assertThat(Configs.read(Map.of(), SettingGroup.RELAY).relay())
        .isEqualTo(
            new RelaySettings(
                Duration.ofDays(4), 100_000, 3, Duration.ofMillis(500), Duration.ofSeconds(30)));
  }

  @Test
  void mapsEverySetting() {
    Configs.assertMapsEverySetting(
        SettingGroup.RELAY,
        Map.of(
            "IDEMPOTENCY_TTL_SECONDS", "259200",
            "ASYNC_QUEUE_SIZE", "2000000",
            "MAX_PUBLISH_RETRIES", "5",
            "RETRY_BACKOFF_BASE_SECONDS", "0.025",
            "ASYNC_SHUTDOWN_TIMEOUT_SECONDS", "0"),
        Set.of(),
        BridgeConfig::relay,
        new RelaySettings(Duration.ofDays(3), 2_000_000, 5, Duration.ofMillis(25), Duration.ZERO));
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertThat(
            Configs.problems(
                Map.of(
                    "IDEMPOTENCY_TTL_SECONDS", "0",
                    "ASYNC_QUEUE_SIZE", "1e5",
                    "MAX_PUBLISH_RETRIES", "1001",
                    "RETRY_BACKOFF_BASE_SECONDS", "30.001",
                    "ASYNC_SHUTDOWN_TIMEOUT_SECONDS", "0.0001")))
        .containsExactly(
            "IDEMPOTENCY_TTL_SECONDS: must be a number of seconds from 1 to 31536000, not '0'",
            "ASYNC_QUEUE_SIZE: must be a whole number from 1 to 100000000, not '1e5'",
            "MAX_PUBLISH_RETRIES: must be a whole number from 1 to 1000, not '1001'",
            "RETRY_BACKOFF_BASE_SECONDS: must be a number of seconds from 0.001 to 30, not"
                + " '30.001'",
            "ASYNC_SHUTDOWN_TIMEOUT_SECONDS: must be a number of seconds from 0 to 3600, not"
                + " '0.0001'");
  }

  @Test
  void warnsWhenIdsAreForgottenWhileStripeStillRetries() {
    String sentence =
        "is below 259200 (3 days), the time that Stripe retries: an event that is retried after"
            + " its id is forgotten is published again";
    Sources dotEnv = Configs.dotEnv("IDEMPOTENCY_TTL_SECONDS=259199.999");

    assertThat(Configs.read(Map.of(), SettingGroup.RELAY).warnings()).isEmpty();
    assertThat(Configs.lines(new ConfigReader(dotEnv).read(Set.of(SettingGroup.RELAY)).warnings()))
        .containsExactly(".env:1: IDEMPOTENCY_TTL_SECONDS " + sentence);
    assertThat(
            Configs.read(Map.of("IDEMPOTENCY_TTL_SECONDS", "259200"), SettingGroup.RELAY)
                .warnings())
        .isEmpty();
  }

  @Test
  void doesNotWarnAboutAGroupThatWasNotRequested() {
    assertThat(Configs.read(Map.of(), SettingGroup.LOG).warnings()).isEmpty();
  }
}
