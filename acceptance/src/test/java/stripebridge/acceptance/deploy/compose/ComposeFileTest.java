package stripebridge.acceptance.deploy.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.acceptance.deploy.compose.ComposeService.Condition;
import stripebridge.acceptance.deploy.compose.ComposeService.Dependency;
import stripebridge.acceptance.deploy.compose.ComposeService.Healthcheck;
import stripebridge.acceptance.deploy.compose.ComposeService.MountedFile;
import stripebridge.acceptance.deploy.compose.ComposeService.Port;
import stripebridge.acceptance.deploy.compose.ComposeService.Volume;

class ComposeFileTest {
  private static final Path ROOT = Path.of("/project");
  private static final String TEXT =
      """
      name: example
      x-all: &all
        restart: always
        environment: &variables
          A: ${A:-a}
      services:
        one:
          <<: *all
          build: .
          image: one:local
        two:
          <<: *all
          image: two:1
          profiles: [second]
          entrypoint: [/bin/two]
          command: [run, "${A}"]
          environment:
            <<: *variables
            B: 1
          secrets: [plain, { source: plain, target: renamed }]
          configs: [{ source: text, target: /etc/text }]
          volumes: ["data:/data"]
          tmpfs: ["/tmp:size=64m"]
          ports: ["80:8080", "127.0.0.1:${P:-90}:9090"]
          depends_on:
            one: { condition: service_healthy, required: false, restart: true }
          healthcheck:
            test: [CMD, check]
            interval: 5s
            timeout: 500ms
            start_period: 1m30s
          stop_grace_period: 45s
          scale: ${N:-2}
      secrets:
        plain: { file: ./secrets/plain }
      configs:
        text: { file: "text" }
      volumes:
        data: { name: "${COMPOSE_PROJECT_NAME}-data" }
      """;

  private static ComposeFile file(String text) {
    return ComposeFile.of(ROOT, ComposeFile.parse(text));
  }

  @Test
  void readsAService() {
    assertThat(file(TEXT).service("two", Map.of("A", "b")))
        .isEqualTo(
            new ComposeService(
                "two",
                Set.of("second"),
                "two:1",
                Optional.empty(),
                List.of("/bin/two"),
                List.of("run", "b"),
                Map.of("A", "b", "B", "1"),
                List.of(
                    new MountedFile(Path.of("/project/secrets/plain"), "/run/secrets/plain", true),
                    new MountedFile(
                        Path.of("/project/secrets/plain"), "/run/secrets/renamed", true),
                    new MountedFile(Path.of("/project/text"), "/etc/text", false)),
                Map.of("/data", new Volume("data", "example-data")),
                List.of("/tmp"),
                List.of(new Port("", 80, 8080), new Port("127.0.0.1", 90, 9090)),
                Map.of("one", new Dependency(Condition.SERVICE_HEALTHY, false, true)),
                Optional.of(
                    new Healthcheck(
                        List.of("check"),
                        Duration.ofSeconds(5),
                        Duration.ofMillis(500),
                        3,
                        Duration.ofSeconds(90))),
                Duration.ofSeconds(45),
                "always",
                2));
  }

  @Test
  void startsTheServicesOfTheProfiles() {
    ComposeFile file = file(TEXT);
    assertThat(file.profiles()).containsExactly("second");
    assertThat(file.services(Set.of(), Map.of()))
        .extracting(ComposeService::name)
        .containsExactly("one");
    assertThat(file.services(Set.of("second"), Map.of("N", "0")))
        .extracting(ComposeService::name, ComposeService::scale)
        .containsExactly(tuple("one", 1), tuple("two", 0));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          $SET,                    value
          ${SET},                  value
          ${EMPTY},                ''
          ${NONE},                 ''
          ${SET:-other},           value
          ${EMPTY:-other},         other
          ${EMPTY-other},          ''
          ${NONE-other},           other
          ${SET:+other},           other
          ${EMPTY:+other},         ''
          ${EMPTY+other},          other
          ${NONE:-${SET:-x}}/y,    value/y
          ${NONE:-${EMPTY:-}},     ''
          $$SET,                   $SET
          http://$SET:80$SET,      http://value:80value
          """)
  void interpolates(String text, String expected) {
    assertThat(Interpolation.of(text, Map.of("SET", "value", "EMPTY", ""))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"${SET", "${}", "$", "a $1", "${SET:=x}", "${SET:", "${SET%x}"})
  void refusesATextThatItCannotRead(String text) {
    assertThatThrownBy(() -> Interpolation.of(text, Map.of("SET", "value")))
        .isInstanceOf(ComposeFileException.class)
        .hasMessage("'" + text + "' is not a text with variables");
  }

  @Test
  void refusesAMissingVariable() {
    assertThatThrownBy(() -> file(TEXT.replace("${A:-a}", "${A:?say a}")).service("one", Map.of()))
        .hasMessage("compose.yaml.x-all.environment.A: variable A is required: say a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          stop_grace_period: 45s | stop_grace_period: 45 | .stop_grace_period is not a duration: 45
          condition: service_healthy | condition: healthy | .condition is not a condition: healthy
          [plain, | [absent, | .secrets[0] names absent, which is not there
          "data:/data" | "other:/data" | .volumes[0] names other, which is not there
          "80:8080" | "80" | '80' is not [ADDRESS:]HOST:CONTAINER
          test: [CMD, check] | test: check | .healthcheck.test is not a list: check
          [/bin/two] | /bin/two | .entrypoint is not a list: /bin/two
          profiles: [second] | env_file: x | .env_file is not read here
          """)
  void refusesWhatItDoesNotRead(String part, String replacement, String message) {
    assertThat(TEXT).contains(part);
    assertThatThrownBy(() -> file(TEXT.replace(part, replacement)).service("two", Map.of()))
        .isInstanceOf(ComposeFileException.class)
        .hasMessageEndingWith(message);
  }
}
