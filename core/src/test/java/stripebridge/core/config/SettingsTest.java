package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import stripebridge.core.config.ValueType.Parsed;

class SettingsTest {
  static List<Setting<?>> all() {
    return Settings.all();
  }

  @Test
  void listsEveryFieldOnce() throws IllegalAccessException {
    List<Object> fields = new ArrayList<>();
    for (Field field : Settings.class.getFields()) {
      Object setting = field.get(null);
      assertThat(setting).hasToString(field.getName());
      fields.add(setting);
    }
    assertThat(Settings.all()).isEqualTo(fields);
  }

  @ParameterizedTest
  @MethodSource("all")
  void describesASettingInOneOrMoreSentences(Setting<?> setting) {
    assertThat(setting.description()).matches("\\p{Lu}.*\\.");
    assertThat(setting.type().allowed()).matches("[^A-Z].*[^.]");
  }

  @ParameterizedTest
  @MethodSource("all")
  void hasALegalDefaultAndExample(Setting<?> setting) {
    for (String text : List.of(setting.defaultText(), setting.example())) {
      if (!text.isEmpty()) {
        assertThat(setting.type().parse(text)).isInstanceOf(Parsed.Value.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void hasNoDefaultForASecretOrForWhatIsRequired(Setting<?> setting) {
    if (setting.isSecret() || !setting.requiredBy().isEmpty()) {
      assertThat(setting.defaultText()).isEmpty();
      assertThat(setting.sameAs()).isNull();
    }
    if (setting.isSecret()) {
      assertThat(setting.example()).isEmpty();
      assertThat(setting.aliases()).isEmpty();
    } else {
      assertThat(setting.refusedOptions()).isEmpty();
    }
  }

  @Test
  void hasEachOptionOnce() {
    Stream<String> options =
        Settings.all().stream()
            .flatMap(setting ->
                Stream.of(List.of(setting.option()), setting.aliases(), setting.refusedOptions())
                    .flatMap(List::stream));
    assertThat(options)
        .doesNotHaveDuplicates()
        .allMatch(o -> o.matches("--[a-z0-9]+(-[a-z0-9]+)*"));
  }

  @Test
  void hasEachVariableOnce() {
    assertThat(Settings.variables()).hasSize(2 * Settings.all().size());
  }

  @ParameterizedTest
  @CsvSource({
    "--solace-semp-host, SOLACE_SEMP_HOST",
    "--solace-password-file, SOLACE_PASSWORD",
    "--redis-url-file, REDIS_URL",
    "--e2e-stripe-account-id, E2E_STRIPE_ACCOUNT_ID",
    "--solace-user, SOLACE_USERNAME",
    "--semp-host, SOLACE_SEMP_HOST",
    "--semp-username, SOLACE_SEMP_USERNAME",
    "--vpn, SOLACE_VPN",
  })
  void findsASettingByItsOptions(String option, String name) {
    assertThat(Settings.byOption(option)).map(Setting::name).contains(name);
  }

  @ParameterizedTest
  @CsvSource({
    "--stripe-key, STRIPE_API_KEY",
    "--webhook-secret, STRIPE_WEBHOOK_SECRET",
    "--solace-password, SOLACE_PASSWORD",
    "--semp-password, SOLACE_SEMP_PASSWORD",
  })
  void namesTheSettingOfARefusedOption(String option, String name) {
    assertThat(Settings.byOption(option)).isEmpty();
    assertThat(Settings.all())
        .filteredOn(setting -> setting.refusedOptions().contains(option))
        .extracting(Setting::name)
        .containsExactly(name);
  }
}
