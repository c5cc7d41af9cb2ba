package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.Golden;

/// `.env.example` and the reference page match the table of settings; `make golden` regenerates
/// them.
class ConfigurationDocumentsTest {
  private static final SettingGroup[] ALL = SettingGroup.values();

  @Test
  void haveTheReferencePageThatTheTableMakes() throws IOException {
    Golden.compare("docs/reference/configuration.md", ConfigurationDocuments.reference());
  }

  @Test
  void haveTheExampleThatTheTableMakes() throws IOException {
    Golden.compare(".env.example", ConfigurationDocuments.example());
  }

  @Test
  void haveAnExampleThatLacksNothingButSecrets() {
    List<String> problems = Configs.problems(Configs.dotEnv(ConfigurationDocuments.example()), ALL);

    assertThat(problems)
        .extracting(line -> line.substring(0, line.indexOf(": is required")))
        .containsExactly(
            "STRIPE_WEBHOOK_SECRET",
            "STRIPE_API_KEY",
            "SOLACE_PASSWORD",
            "SOLACE_SEMP_USERNAME",
            "SOLACE_SEMP_PASSWORD");
  }

  @Test
  void haveAnExampleThatIsLegalWithEveryLineInUse() {
    String inUse = ConfigurationDocuments.example().replaceAll("(?m)^#([A-Z])", "$1");
    DotEnv read = DotEnv.parse(inUse);

    assertThat(read.entries())
        .extracting(DotEnv.Entry::key)
        .isEqualTo(Settings.all().stream().map(Setting::name).toList());
    assertThat(Configs.problems(Configs.dotEnv(inUse))).isEmpty();
  }

  @Test
  void haveAnExampleWithoutWarnings() {
    Sources example = Configs.dotEnv(ConfigurationDocuments.example());

    assertThat(new ConfigReader(example).read(Set.of(SettingGroup.RELAY)).warnings()).isEmpty();
  }
}
