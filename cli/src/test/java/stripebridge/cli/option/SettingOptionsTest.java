package stripebridge.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.cli.CliHarness;

/// Settings from the command line, the environment and `.env`, as `config show` prints them.
class SettingOptionsTest {
  @TempDir private Path folder;

  private CliHarness cli() {
    return new CliHarness(folder);
  }

  private static String line(CliHarness.Run run, String setting) {
    return run.out()
        .lines()
        .filter(line -> line.startsWith(setting + " "))
        .findFirst()
        .map(line -> line.replaceAll(" +", " "))
        .orElse("");
  }

  @Test
  void showTheSourceOfEachValue() {
    CliHarness.Run run =
        cli()
            .file(".env", "APP_PORT=1111\nLOG_LEVEL=DEBUG\nINBOX_PATH=./env.db\n")
            .env("LOG_LEVEL", "WARN")
            .run("config", "show", "--app-port", "2222");
    assertThat(run.exitCode()).isEqualTo(0);
    assertThat(line(run, "APP_PORT")).isEqualTo("APP_PORT flag --app-port 2222");
    assertThat(line(run, "LOG_LEVEL")).isEqualTo("LOG_LEVEL environment WARN");
    assertThat(line(run, "INBOX_PATH")).isEqualTo("INBOX_PATH .env:3 ./env.db");
    assertThat(line(run, "APP_HOST")).isEqualTo("APP_HOST default 0.0.0.0");
  }

  @Test
  void neverShowASecret() {
    CliHarness.Run run =
        cli()
            .file("password", "hunter2-from-a-file\n")
            .env("STRIPE_WEBHOOK_SECRET", "whsec_hunter2")
            .env("REDIS_URL", "redis://user:hunter2@localhost:6379")
            .run("config", "show", "--solace-password-file", "password", "-o", "json");
    assertThat(run.out() + run.err()).doesNotContain("hunter2");
    assertThat(run.out()).contains("\"value\" : \"***\"");
  }

  @Test
  void reportEveryProblemAtOnceAndStillShowTheRest() {
    CliHarness.Run run =
        cli()
            .file(".env", "SOLACE_HSOT=tcp://localhost\n")
            .env("APP_PORT", "many")
            .run("config", "show");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(line(run, "APP_HOST")).isNotEmpty();
    assertThat(run.err())
        .contains("error: cannot use the configuration: 2 problems")
        .contains(".env:1: ")
        .contains("did you mean 'SOLACE_HOST'?")
        .contains("APP_PORT");
  }

  @ParameterizedTest
  @CsvSource({
    "--solace-user, SOLACE_USERNAME, me",
    "--semp-host, SOLACE_SEMP_HOST, http://localhost:8080",
    "--semp-username, SOLACE_SEMP_USERNAME, admin",
    "--vpn, SOLACE_VPN, default",
  })
  void acceptOptionsOfTheReplacedTool(String option, String setting, String value) {
    CliHarness.Run run = cli().run("config", "show", option, value);
    assertThat(run.err()).isEmpty();
    assertThat(line(run, setting)).isEqualTo(setting + " flag " + option + " " + value);
  }

  @ParameterizedTest
  @CsvSource({
    "--stripe-key, STRIPE_API_KEY",
    "--webhook-secret, STRIPE_WEBHOOK_SECRET",
    "--solace-password, SOLACE_PASSWORD",
    "--semp-password, SOLACE_SEMP_PASSWORD",
  })
  void refuseASecretOnTheCommandLine(String option, String variable) {
    CliHarness.Run run = cli().run("config", "show", option, "hunter2");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("set " + variable).doesNotContain("hunter2");
    assertThat(run.out()).isEmpty();
  }
}
