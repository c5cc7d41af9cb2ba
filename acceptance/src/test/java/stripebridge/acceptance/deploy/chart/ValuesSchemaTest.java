package stripebridge.acceptance.deploy.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import stripebridge.core.config.Setting;
import stripebridge.core.config.ValueType.Form;
import stripebridge.core.config.ValueType.Parsed;

/// `values.schema.json` matches `values.yaml` and the table of settings, and Helm enforces it.
class ValuesSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
          .getSchema(ValuesSchema.text());

  @Test
  void matchesTheValuesAndTheSettings() {
    Golden.compare("helm/stripe-solace-bridge/values.schema.json", ValuesSchema.text());
  }

  @Test
  void limitsNothingButValues() {
    List<String> paths =
        ChartValues.read().entries().stream().map(ChartValues.Entry::path).toList();

    assertThat(ValuesSchema.limited()).isSubsetOf(paths);
    assertThat(ValuesSchema.REFUSED).doesNotContainKeys("LOG_LEVEL");
    assertThat(ValuesSchema.allowed()).isNotEmpty();
  }

  static Stream<Setting<?>> allowed() {
    return ValuesSchema.allowed().values().stream();
  }

  /// Numbers at and beyond their limits, and names in lower and upper case: what `serve` would
  /// refuse is refused, and what it accepts is accepted.
  @ParameterizedTest
  @MethodSource("allowed")
  void agreesWithTheReaderOfSettings(Setting<?> setting) {
    for (String text : candidates(setting.type().form())) {
      boolean isLegal = setting.type().parser().apply(text) instanceof Parsed.Value<?>;

      assertThat(accepts(setting, JsonNodeFactory.instance.textNode(text)))
          .as("%s=\"%s\"", setting, text)
          .isEqualTo(isLegal || isNumberInText(setting, text));
      if (setting.type().form() instanceof Form.Numeric && text.matches("[0-9.]+")) {
        assertThat(accepts(setting, JsonNodeFactory.instance.numberNode(new BigDecimal(text))))
            .as("%s=%s", setting, text)
            .isEqualTo(isLegal);
      }
    }
    assertThat(accepts(setting, JsonNodeFactory.instance.nullNode())).isTrue();
    assertThat(accepts(setting, JsonNodeFactory.instance.arrayNode())).isFalse();
  }

  /// Of a number in quotes, only the digits are checked.
  private static boolean isNumberInText(Setting<?> setting, String text) {
    return setting.type().form() instanceof Form.Numeric number
        && text.matches(number.isWhole() ? "[0-9]+" : "[0-9]+([.][0-9]{1,3})?");
  }

  private static List<String> candidates(Form form) {
    List<String> texts = new ArrayList<>();
    switch (form) {
      case Form.Text() -> {
        // Whatever it is, it is a text.
      }
      case Form.Choice(List<String> names) -> {
        texts.addAll(names);
        names.forEach(name -> texts.add(name.toUpperCase(Locale.ROOT)));
        texts.addAll(List.of("loud", "", "truth"));
      }
      case Form.Numeric(BigDecimal min, BigDecimal max, _) -> {
        for (BigDecimal limit : List.of(min, max)) {
          texts.add(limit.toPlainString());
          texts.add(limit.add(new BigDecimal("0.001")).toPlainString());
          texts.add(limit.add(BigDecimal.ONE).toPlainString());
          texts.add(limit.subtract(BigDecimal.ONE).max(BigDecimal.ZERO).toPlainString());
        }
        texts.addAll(List.of("-1", "many", "1e3"));
      }
    }
    return texts;
  }

  private static boolean accepts(Setting<?> setting, JsonNode value) {
    ObjectNode values = JSON.createObjectNode();
    values.putObject("config").putObject("settings").set(setting.name(), value);
    return SCHEMA.validate(values).isEmpty();
  }

  /// What Helm prints at `helm template`.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          replicaCounts               | 2        | additional properties 'replicaCounts' not allowed
          image.tagg                  | x        | additional properties 'tagg' not allowed
          config.solace.hots          | x        | additional properties 'hots' not allowed
          image.tag                   | 1.10     | at '/image/tag': got number, want string
          image.pullPolicy            | Sometimes | value must be one of 'Always', 'IfNotPresent'
          image.digest                | sha256:1 | at '/image/digest': 'sha256:1' does not match
          config.settings.LOG_LEVLE   | debug    | additional properties 'LOG_LEVLE' not allowed
          config.settings.LOG_LEVEL   | loud     | /LOG_LEVEL': value must be one of 'critical',
          config.settings.DMQ_ELIGIBLE | maybe   | /DMQ_ELIGIBLE': value must be one of
          config.settings.INBOX_FORMAT | 4       | /INBOX_FORMAT': maximum: got 4, want 3
          config.settings.INBOX_REDIS_DURABILITY | disk | value must be one of 'local',
          config.settings.ASYNC_QUEUE_SIZE | 0.5 | got number, want null or integer or string
          config.settings.APP_PORT    | 80       | must be 'left out: the image listens on 8080;
          config.settings.SOLACE_HOST | tcp://b  | must be 'left out: config.solace.host sets it'
          config.settings.REDIS_URL   | redis://r | 'left out: it is a secret, for config.redis.u
          config.settings.SOLACE_PASSWORD_FILE | /p | 'left out: the chart mounts secrets, and n
          config.redis.host           | u:p@r    | at '/config/redis/host': 'u:p@r' does not mat
          replicaCount                | 2        | more than 1 only with config.redis.enabled=tru
          autoscaling.enabled         | true     | true only with config.redis.enabled=true: an i
          persistence.accessMode      | ReadWriteMany | value must be one of 'ReadWriteOnce',
          service.port                | 0        | at '/service/port': minimum: got 0, want 1
          externalSecrets.remoteRefs  | {webhook: {key: k}} | additional properties 'webhook' n
          """)
  void isEnforcedByHelm(String path, String value, String refusal) throws Exception {
    JsonNode parsed = new ObjectMapper(new YAMLFactory()).readTree(value);
    Chart chart = Chart.withImage().with(path, parsed);

    assertThatThrownBy(chart::render).hasMessageContaining(refusal);
  }
}
