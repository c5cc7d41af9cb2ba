package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.ReloadableConfig.Outcome;
import stripebridge.core.config.Sources.SettingFiles.Content;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.ProblemsException;

class ReloadableConfigTest {
  private final Map<String, String> files =
      new HashMap<>(Map.of("secret", "whsec_old\n", "password", "pw-old", "port", "8080"));
  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "STRIPE_WEBHOOK_SECRET_FILE", "secret",
              "SOLACE_HOST", "tcp://broker",
              "SOLACE_VPN", "default",
              "SOLACE_USERNAME", "bridge",
              "SOLACE_PASSWORD_FILE", "password",
              "APP_PORT_FILE", "port"));

  private LocalDate today = LocalDate.parse("2026-09-01");

  private ReloadableConfig config() {
    return new ReloadableConfig(
        new Sources(
            Map.of(),
            environment,
            DotEnv.EMPTY,
            path -> {
              String text = files.get(path);
              return text == null
                  ? new Content.Unreadable("no such file")
                  : new Content.Text(new Secret(text));
            }),
        EnumSet.of(SettingGroup.WEBHOOK, SettingGroup.SOLACE, SettingGroup.HTTP),
        () -> today);
  }

  private static List<String> secrets(ReloadableConfig config) {
    return config.current().webhook().secrets().stream().map(one -> one.secret().reveal()).toList();
  }

  /// It may be tomorrow already where the operator is.
  @Test
  void refusesASecretWithADateInTheFuture() {
    ReloadableConfig config = config();
    files.put("secret", "live@2026-09-02=whsec_new");
    assertThat(config.readAgain()).isEmpty();
    assertThat(config.readAgain()).singleElement().isInstanceOf(Outcome.Taken.class);
    files.put("secret", "live@2026-09-03=whsec_new");
    assertThat(config.readAgain()).isEmpty();
    assertThat(config.readAgain())
        .containsExactly(
            new Outcome.Kept(
                "secret",
                List.of(Settings.STRIPE_WEBHOOK_SECRET),
                List.of(
                    new Problem(
                        "STRIPE_WEBHOOK_SECRET_FILE",
                        "names 'secret', whose content has a secret 'live@2026-09-03=' with a date"
                            + " in the future: write since when it is in use"))));
    assertThatExceptionOfType(ProblemsException.class)
        .isThrownBy(this::config)
        .satisfies(e -> assertThat(e.problems().getFirst().what()).contains("live@2026-09-03="));
  }

  /// As SIGHUP asks for: nothing in the file has to change.
  @Test
  void judgesARejectedContentAgainOnRequest() {
    ReloadableConfig config = config();
    files.put("secret", "live@2026-09-03=whsec_new");
    assertThat(config.readAgain()).isEmpty();
    assertThat(config.readAgain()).singleElement().isInstanceOf(Outcome.Kept.class);
    today = LocalDate.parse("2026-09-03");
    config.judgeAnew();
    assertThat(config.readAgain()).isEmpty();
    assertThat(config.readAgain()).singleElement().isInstanceOf(Outcome.Taken.class);
    assertThat(secrets(config)).containsExactly("whsec_new");
  }

  @Test
  void takesAContentThatWasReadTwice() {
    ReloadableConfig config = config();
    files.put("secret", "whsec_old,whsec_n");
    assertThat(config.readAgain()).isEmpty();
    files.put("secret", "whsec_old,whsec_new");
    assertThat(config.readAgain()).isEmpty();
    assertThat(secrets(config)).containsExactly("whsec_old");

    assertThat(config.readAgain())
        .containsExactly(
            new Outcome.Taken(List.of("secret"), List.of(Settings.STRIPE_WEBHOOK_SECRET)));
    assertThat(secrets(config)).containsExactly("whsec_old", "whsec_new");
    assertThat(config.readAgain()).isEmpty();
  }

  @Test
  void keepsTheLastGoodValueAndSaysWhyOnce() {
    ReloadableConfig config = config();
    files.put("secret", "");
    files.remove("password");
    config.readAgain();

    List<Outcome> outcomes = config.readAgain();

    assertThat(outcomes)
        .containsExactly(
            new Outcome.Kept(
                "password",
                List.of(Settings.SOLACE_PASSWORD),
                List.of(
                    new Problem(
                        "SOLACE_PASSWORD_FILE", "cannot be read from 'password': no such file"))),
            new Outcome.Kept(
                "secret",
                List.of(Settings.STRIPE_WEBHOOK_SECRET),
                List.of(
                    new Problem(
                        "STRIPE_WEBHOOK_SECRET_FILE", "names 'secret', whose content is empty"))));
    assertThat(config.readAgain()).isEmpty();
    assertThat(secrets(config)).containsExactly("whsec_old");
    assertThat(config.current().solace().password()).isEqualTo(new Secret("pw-old"));
  }

  @Test
  void takesAGoodFileBesideABadOne() {
    ReloadableConfig config = config();
    files.put("secret", "whsec_old,whsec_old");
    files.put("password", "pw-new");
    config.readAgain();

    assertThat(config.readAgain())
        .satisfiesExactly(
            taken ->
                assertThat(taken)
                    .isEqualTo(
                        new Outcome.Taken(List.of("password"), List.of(Settings.SOLACE_PASSWORD))),
            kept ->
                assertThat(kept)
                    .isInstanceOfSatisfying(
                        Outcome.Kept.class,
                        one -> assertThat(one.problems().toString()).doesNotContain("whsec_")));
    assertThat(config.current().solace().password()).isEqualTo(new Secret("pw-new"));
  }

  @Test
  void takesFilesTogetherThatAreLegalOnlyTogether() {
    files.put("host", "tcp://broker");
    files.put("tls", "false");
    environment.remove("SOLACE_HOST");
    environment.put("SOLACE_HOST_FILE", "host");
    environment.put("SOLACE_TLS_ENABLED_FILE", "tls");
    ReloadableConfig config = config();
    files.put("host", "tcps://broker");
    files.put("tls", "true");
    config.readAgain();

    assertThat(config.readAgain())
        .containsExactly(
            new Outcome.Taken(
                List.of("host", "tls"),
                List.of(Settings.SOLACE_HOST, Settings.SOLACE_TLS_ENABLED)));
  }

  @Test
  void saysNothingOfAChangeThatChangesNoValue() {
    ReloadableConfig config = config();
    files.put("secret", "whsec_old");
    config.readAgain();

    assertThat(config.readAgain()).containsExactly(new Outcome.Taken(List.of("secret"), List.of()));
  }

  @Test
  void startsOnlyWithALegalConfiguration() {
    files.put("secret", "");

    assertThatThrownBy(this::config).isInstanceOf(ProblemsException.class);
  }
}
