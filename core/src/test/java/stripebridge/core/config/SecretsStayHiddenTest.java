package stripebridge.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import stripebridge.core.config.Sources.SettingFiles;
import stripebridge.core.testing.Seed;

/// The configuration never prints any part of a secret, even if an operator gets it wrong.
class SecretsStayHiddenTest {
  private static final String MARKER = "s3cr3tM4rk3r";

  // Legal and illegal texts for every kind of secret; each contains the marker.
  private static final List<String> TEXTS =
      List.of(
          "%s",
          "whsec_%s",
          "live=whsec_%s",
          "live=%s,whsec_x,,whsec_x",
          "whsec_%s,whsec_%s",
          "a\nlive=whsec_%s\n\n%s",
          "sk_live_%s",
          "%s with space",
          "%s\u0007",
          "%s\nSOLACE_%s",
          "%s\n%s=",
          "redis://user:%s@host",
          "rediss://:%s@host:1/2",
          "redis://%s@host",
          "redis://user:%s%%zz@host",
          "http://%s@host",
          "redis://user:pa@%s@host:99999",
          "'%s",
          "\"%s",
          "${%s}",
          "\\%s",
          "%s".repeat(7_000));

  // Settings that are not secrets but that people put credentials into.
  private static final Map<Setting<?>, String> CREDENTIALS_IN_URLS =
      Map.of(
          Settings.SOLACE_HOST, "tcp://user:a,%s,b@host,%s@host:1,http://u:%s@h,tcp://a",
          Settings.SOLACE_SEMP_HOST, "https://user:%s@host:8080/SEMP/v2",
          Settings.STRIPE_API_BASE, "user:%s@host");

  private final Map<String, String> flags = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> files = new HashMap<>();
  private final StringBuilder dotEnv = new StringBuilder();

  @Test
  void inProblemsListingsAndRecords() {
    RandomGenerator random = Seed.random("SecretsStayHiddenTest");
    for (int i = 0; i < Seed.rounds(500); i++) {
      Sources sources = sources(random);
      List<String> shown = Configs.everythingShown(sources);
      assertThat(shown).as("%s %s", environment, dotEnv).noneMatch(text -> text.contains(MARKER));
    }
  }

  @Test
  void stillReadsTheSecretsThatItHides() {
    Sources sources =
        Configs.environment(
            Map.of(
                "STRIPE_WEBHOOK_SECRET", "live=whsec_" + MARKER,
                "REDIS_URL", "redis://u:" + MARKER + "@h"));

    BridgeConfig config =
        Configs.read(sources.environment(), SettingGroup.WEBHOOK, SettingGroup.INBOX);

    assertThat(config.webhook().secrets().getFirst().secret().reveal()).contains(MARKER);
    assertThat(config.inbox()).isInstanceOf(InboxSettings.Shared.class);
    assertThat(Configs.everythingShown(sources)).noneMatch(text -> text.contains(MARKER));
  }

  private Sources sources(RandomGenerator random) {
    flags.clear();
    environment.clear();
    files.clear();
    dotEnv.setLength(0);
    for (Setting<?> setting : Settings.all()) {
      String url = CREDENTIALS_IN_URLS.get(setting);
      if (setting.isSecret() || url != null) {
        String text = url != null ? url : TEXTS.get(random.nextInt(TEXTS.size()));
        place(setting, text.replace("%s", MARKER).replace("%%", "%"), random);
      } else if (!setting.example().isEmpty() && random.nextBoolean()) {
        environment.put(setting.name(), setting.example());
      }
    }
    SettingFiles reading =
        path ->
            random.nextInt(10) == 0
                ? new SettingFiles.Content.Unreadable("permission denied")
                : new SettingFiles.Content.Text(new Secret(files.getOrDefault(path, "")));
    return new Sources(flags, environment, DotEnv.parse(dotEnv.toString()), reading);
  }

  private void place(Setting<?> setting, String text, RandomGenerator random) {
    String path = "/run/" + setting.name();
    switch (random.nextInt(9)) {
      case 0 -> environment.put(setting.name(), text);
      case 1 -> {
        files.put(path, text + "\n");
        environment.put(setting.fileVariable(), path);
      }
      case 2 -> {
        files.put(path, text);
        flags.put(setting.option(), setting.isSecret() ? path : text);
      }
      case 3 -> line(setting.name() + "=" + text);
      case 4 -> line(setting.name() + "='" + text + "'");
      case 5 -> line("export " + setting.name() + "=\"" + text + "\" # " + text);
      case 6 -> {
        line(setting.name() + "=" + text);
        line(setting.name() + "=" + text);
        environment.put(setting.name(), text);
        environment.put(setting.fileVariable(), path);
      }
      case 7 -> line(setting.name() + "_TYPO=" + text);
      default -> line(setting.name() + ": " + text);
    }
  }

  private void line(String line) {
    dotEnv.append(line).append('\n');
  }
}
