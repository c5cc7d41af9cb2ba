package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import stripebridge.core.config.LogSettings.LogFormat;
import stripebridge.core.config.LogSettings.LogLevel;
import stripebridge.core.config.Sources.SettingFiles;

class ConfigReaderTest {
  private static final SettingFiles FILES =
      path ->
          switch (path) {
            case "/run/port" -> new SettingFiles.Content.Text(new Secret("1004\n"));
            case "/run/secret" -> new SettingFiles.Content.Text(new Secret(" s3cret \r\n"));
            case "/run/two" -> new SettingFiles.Content.Text(new Secret("a\n\n"));
            case "/run/empty" -> new SettingFiles.Content.Text(new Secret(" \n"));
            default -> new SettingFiles.Content.Unreadable("no such file");
          };

  private static Sources sources(
      Map<String, String> flags, Map<String, String> environment, String dotEnv) {
    return new Sources(flags, environment, DotEnv.parse(dotEnv), FILES);
  }

  private static String effective(Sources sources, Setting<?> setting) {
    return new ConfigReader(sources)
        .effective().stream()
            .filter(one -> one.setting().equals(setting))
            .map(one -> one.shown() + " | " + one.origin())
            .findFirst()
            .orElseThrow();
  }

  @Test
  void prefersFlagThenEnvironmentThenDotEnvThenDefault() {
    Map<String, String> flags = Map.of("--app-port", "1001");
    Map<String, String> environment = Map.of("APP_PORT", "1002");
    String dotEnv = "# ours\nAPP_PORT=1003";

    assertThat(effective(sources(flags, environment, dotEnv), Settings.APP_PORT))
        .isEqualTo("1001 | flag --app-port");
    assertThat(effective(sources(Map.of(), environment, dotEnv), Settings.APP_PORT))
        .isEqualTo("1002 | environment");
    assertThat(effective(sources(Map.of(), Map.of(), dotEnv), Settings.APP_PORT))
        .isEqualTo("1003 | .env:2");
    assertThat(effective(sources(Map.of(), Map.of(), ""), Settings.APP_PORT))
        .isEqualTo("8080 | default");
  }

  @Test
  void readsTheFileThatAVariableNames() {
    Sources environment = sources(Map.of(), Map.of("APP_PORT_FILE", "/run/port"), "APP_PORT=1003");
    Sources dotEnv = sources(Map.of(), Map.of(), "APP_PORT_FILE=/run/port");

    assertThat(effective(environment, Settings.APP_PORT)).isEqualTo("1004 | file /run/port");
    assertThat(effective(dotEnv, Settings.APP_PORT)).isEqualTo("1004 | file /run/port");
    assertThat(new ConfigReader(dotEnv).read(Set.of(SettingGroup.HTTP)).http().port())
        .isEqualTo(1004);
  }

  @Test
  void readsASecretOptionFromItsFileWithoutTheNewlineAtItsEnd() {
    Sources sources =
        sources(Map.of("--stripe-api-key-file", "/run/key"), Map.of("STRIPE_API_KEY", "sk_a"), "");
    SettingFiles files = path -> new SettingFiles.Content.Text(new Secret("sk_b\r\n"));
    Sources readable = new Sources(sources.flags(), sources.environment(), DotEnv.EMPTY, files);

    BridgeConfig config = new ConfigReader(readable).read(Set.of(SettingGroup.STRIPE_API));

    assertThat(config.stripeApi().key()).isEqualTo(new Secret("sk_b"));
  }

  @Test
  void keepsTheSpacesOfASecretAndTrimsEverythingElse() {
    Map<String, String> environment =
        Map.of(
            "SOLACE_HOST", " tcp://a ",
            "SOLACE_VPN", " v ",
            "SOLACE_USERNAME", "u",
            "SOLACE_PASSWORD_FILE", "/run/secret");

    SolaceSettings solace =
        new ConfigReader(sources(Map.of(), environment, ""))
            .read(Set.of(SettingGroup.SOLACE))
            .solace();

    assertThat(solace.vpn()).isEqualTo("v");
    assertThat(solace.password()).isEqualTo(new Secret(" s3cret "));
  }

  @Test
  void treatsAnEmptyVariableAsNotSet() {
    Sources sources = sources(Map.of(), Map.of("APP_PORT", " ", "APP_PORT_FILE", ""), "APP_PORT=1");

    assertThat(effective(sources, Settings.APP_PORT)).isEqualTo("1 | .env:1");
    assertThat(effective(sources(Map.of(), Map.of(), "APP_PORT="), Settings.APP_PORT))
        .isEqualTo("8080 | default");
  }

  @Test
  void refusesAnOptionWithAnEmptyArgument() {
    Sources sources = sources(Map.of("--vpn", ""), Map.of("SOLACE_VPN", "production"), "");

    assertThat(Configs.problems(sources)).containsExactly("--vpn: has an empty argument");
  }

  @Test
  void refusesAValueBesideItsFileInOneSource() {
    Map<String, String> both = Map.of("APP_PORT", "1", "APP_PORT_FILE", "/run/port");

    assertThat(Configs.problems(sources(Map.of(), both, "")))
        .containsExactly("APP_PORT_FILE: is set together with APP_PORT; keep one of them");
    assertThat(
            Configs.problems(
                sources(
                    Map.of("--app-port", "2"), Map.of(), "APP_PORT=1\nAPP_PORT_FILE=/run/port")))
        .containsExactly(".env:2: APP_PORT_FILE is set together with APP_PORT; keep one of them");
  }

  @Test
  void prefersTheStrongerSourceWhetherItHasAValueOrAFile() {
    Sources sources = sources(Map.of(), Map.of("APP_PORT", "1"), "APP_PORT_FILE=/run/absent");

    assertThat(Configs.problems(sources, SettingGroup.HTTP)).isEmpty();
    assertThat(effective(sources, Settings.APP_PORT)).isEqualTo("1 | environment");
  }

  @Test
  void namesAFileThatCannotBeUsed() {
    Map<String, String> environment =
        Map.of(
            "APP_PORT_FILE", "/run/absent",
            "ADMIN_PORT_FILE", "/run/empty",
            "SOLACE_PASSWORD_FILE", "/run/two");

    assertThat(Configs.problems(sources(Map.of(), environment, "LOG_LEVEL_FILE=/run/port")))
        .containsExactlyInAnyOrder(
            "APP_PORT_FILE: cannot be read from '/run/absent': no such file",
            "ADMIN_PORT_FILE: names '/run/empty', whose content is empty",
            ".env:1: LOG_LEVEL_FILE names '/run/port', whose content must be one of trace, debug,"
                + " info, warn, error, not '1004'",
            "SOLACE_PASSWORD_FILE: names '/run/two', whose content must be text without line"
                + " breaks");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SOLACE_HOTS=1|unknown key 'SOLACE_HOTS'; did you mean 'SOLACE_HOST'?",
        "solace_host=1|unknown key 'solace_host'; did you mean 'SOLACE_HOST'?",
        "SOLACE_PASWORD_FILE=1|unknown key 'SOLACE_PASWORD_FILE'; did you mean"
            + " 'SOLACE_PASSWORD_FILE'?",
        "IDEMPOTNCY_TTL_SECONDS=1|unknown key 'IDEMPOTNCY_TTL_SECONDS'; did you mean"
            + " 'IDEMPOTENCY_TTL_SECONDS'?",
        "LOG_ROTATION=1|unknown key 'LOG_ROTATION'",
        "MAX_PUBLISH_RETRY=1|unknown key 'MAX_PUBLISH_RETRY'; did you mean 'MAX_PUBLISH_RETRIES'?",
      })
  void refusesAnUnknownDotEnvKeyWithOneOfOurPrefixes(String line, String what) {
    assertThat(Configs.problems(Configs.dotEnv("\n" + line))).containsExactly(".env:2: " + what);
  }

  @Test
  void ignoresTheKeysOfOtherPrograms() {
    assertThat(
            Configs.problems(
                Configs.dotEnv("SMTP_HOST=a\nSMTP_PORT=b\nCOMPOSE_PROJECT_NAME=b\nPATH=c")))
        .isEmpty();
    assertThat(Configs.problems(Map.of("SOLACE_HOTS", "a", "LOG_ROTATION", "b"))).isEmpty();
  }

  @Test
  void reportsEveryProblemAtOnce() {
    Sources sources =
        sources(
            Map.of("--log-format", "xml"),
            Map.of("APP_PORT", "80800", "DMQ_ELIGIBLE", "maybe"),
            "SOLACE_HOTS=a\nnonsense\nREDIS_KEY_PREFIX=\"a b\"");

    assertThat(Configs.problems(sources, SettingGroup.SOLACE, SettingGroup.STRIPE_API))
        .containsExactly(
            ".env:2: expected KEY=value, a comment or a blank line",
            ".env:1: unknown key 'SOLACE_HOTS'; did you mean 'SOLACE_HOST'?",
            "DMQ_ELIGIBLE: must be true or false, not 'maybe'",
            "APP_PORT: must be a port from 0 to 65535, not '80800'",
            "--log-format: must be one of json, text, not 'xml'",
            ".env:3: REDIS_KEY_PREFIX must be 1 to 64 visible ASCII characters, not 'a b'",
            "STRIPE_API_KEY: is required to call Stripe's API: set it or STRIPE_API_KEY_FILE, or"
                + " pass --stripe-api-key-file",
            "SOLACE_HOST: is required to connect to the broker: set it, or pass --solace-host",
            "SOLACE_VPN: is required to connect to the broker: set it, or pass --solace-vpn",
            "SOLACE_USERNAME: is required to connect to the broker: set it, or pass"
                + " --solace-username",
            "SOLACE_PASSWORD: is required to connect to the broker: set it or"
                + " SOLACE_PASSWORD_FILE, or pass --solace-password-file");
  }

  @Test
  void namesTheConfigurationInItsFailure() {
    assertThatThrownBy(() -> Configs.read(Map.of("APP_PORT", "x"), SettingGroup.LOG))
        .hasMessage("cannot use the configuration: 1 problem");
  }

  @Test
  void requiresNothingOfGroupsThatAreNotNeeded() {
    assertThat(Configs.problems(Map.of(), SettingGroup.HTTP, SettingGroup.LOG, SettingGroup.INBOX))
        .isEmpty();
  }

  @Test
  void reportsOnceWhatTwoGroupsRequire() {
    assertThat(Configs.problems(Map.of(), SettingGroup.SOLACE, SettingGroup.SEMP))
        .filteredOn(line -> line.startsWith("SOLACE_VPN"))
        .containsExactly(
            "SOLACE_VPN: is required to connect to the broker: set it, or pass --solace-vpn");
  }

  @Test
  void doesNotReportAnIllegalSettingAsMissing() {
    assertThat(
            Configs.problems(
                Configs.dotEnv("STRIPE_API_KEY='sk_a\nSTRIPE_WEBHOOK_SECRET=a b"),
                SettingGroup.STRIPE_API,
                SettingGroup.WEBHOOK))
        .containsExactly(
            ".env:1: a single-quoted value must end on the same line",
            ".env:2: STRIPE_WEBHOOK_SECRET has a space or control character in item 1");
  }

  @Test
  void refusesAValueThatIsTooLong() {
    assertThat(Configs.problems(Map.of("INBOX_PATH", "a".repeat(65_537))))
        .containsExactly("INBOX_PATH: is longer than 65536 characters");
  }

  @Test
  void hidesAStripeKeyInTheWrongVariable() {
    assertThat(Configs.problems(Map.of("STRIPE_ACCOUNT_ID", "sk_live_s3cret+")))
        .containsExactly(
            "STRIPE_ACCOUNT_ID: must be 1 to 64 letters, digits, '_' and '-', not ***");
    Sources sources = Configs.environment(Map.of("STRIPE_ACCOUNT_ID", "whsec_s3cret"));
    assertThat(effective(sources, Settings.STRIPE_ACCOUNT_ID)).isEqualTo("*** | environment");
  }

  @Test
  void readsDefaultsAndFlagsOnlyWhenAskedTo() {
    Sources sources = Sources.ofFlags(Map.of("--app-port", "0"), Configs.NO_FILES);

    BridgeConfig config =
        new ConfigReader(sources).read(Set.of(SettingGroup.HTTP, SettingGroup.LOG));

    assertThat(config.http().port()).isZero();
    assertThat(config.log()).isEqualTo(new LogSettings(LogLevel.INFO, LogFormat.JSON));
  }

  @Test
  void refusesAFlagThatBelongsToNoSetting() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sources.ofFlags(Map.of("--solace-password", "x"), Configs.NO_FILES))
        .withMessage("no setting has option --solace-password");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Sources.ofFlags(Map.of("--vpn", "x", "--solace-vpn", "y"), Configs.NO_FILES))
        .withMessage("two options set SOLACE_VPN");
  }

  @Test
  void listsEverySettingWithItsOriginAndMasksSecrets() {
    Map<String, String> environment =
        Map.of(
            "STRIPE_WEBHOOK_SECRET", "live=whsec_a,whsec_b",
            "REDIS_URL", "redis://app:pw@h",
            "SOLACE_SEMP_HOST", "http://admin:pw@h",
            "SOLACE_PASSWORD", "pw",
            "APP_PORT", "x",
            "SOLACE_TLS_CA_CERT_PATH", "ca.pem");
    List<EffectiveSetting> effective =
        new ConfigReader(Configs.environment(environment)).effective();

    assertThat(effective).extracting(EffectiveSetting::setting).isEqualTo(Settings.all());
    assertThat(effective)
        .extracting(one -> one.setting() + "=" + one.shown() + " | " + one.origin())
        .contains(
            "STRIPE_WEBHOOK_SECRET=live=***, *** | environment",
            "REDIS_URL=redis://app:***@h:6379/0 | environment",
            "SOLACE_SEMP_HOST=http://***@h | environment",
            "SOLACE_PASSWORD=*** | environment",
            "STRIPE_API_KEY= | not set",
            "APP_PORT=x | environment",
            "ADMIN_PORT=x | default (APP_PORT)",
            "SOLACE_SEMP_TLS_CA_CERT_PATH=ca.pem | default (SOLACE_TLS_CA_CERT_PATH)",
            "RETRY_BACKOFF_BASE_SECONDS=0.5 | default");
  }

  @ParameterizedTest
  @EnumSource
  void givesNoGroupThatWasNotRequested(SettingGroup group) {
    BridgeConfig config = Configs.read(Map.of());

    assertThatIllegalStateException()
        .isThrownBy(() -> Configs.record(config, group))
        .withMessage("the " + group + " settings were not requested");
  }
}
