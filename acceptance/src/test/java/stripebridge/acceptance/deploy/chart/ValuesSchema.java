package stripebridge.acceptance.deploy.chart;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import stripebridge.core.config.Setting;
import stripebridge.core.config.SettingGroup;
import stripebridge.core.config.Settings;
import stripebridge.core.config.ValueType.Form;

/// Makes the chart's `values.schema.json`: of `values.yaml`, which has the names, defaults and
/// comments; of the table of settings, for `config.settings`; and of the limits below.
///
/// A schema has no place for a sentence. Where a refusal needs one, the sentence is the one legal
/// value, which Helm prints: "value must be 'left out: …'".
final class ValuesSchema {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String NAME = "[a-z0-9]([-a-z0-9.]*[a-z0-9])?";
  private static final String DURATION = "([0-9]+(ms|s|m|h))+";
  private static final String PORT = "{'minimum': 1, 'maximum': 65535}";
  private static final String TEXTS = "{'items': {'type': 'string', 'minLength': 1}}";
  private static final String OBJECTS = "{'items': {'type': 'object'}}";
  private static final String ANYTHING = "{'additionalProperties': true}";
  private static final String AMOUNTS = "{'additionalProperties': {'type': ['string', 'number']}}";

  private static final String REMOTE =
      "{'type': 'object', 'required': ['key'], 'additionalProperties': false, 'properties': {"
          + "'key': {'type': 'string', 'minLength': 1}, 'property': {'type': 'string'},"
          + "'version': {'type': 'string'},"
          + "'conversionStrategy': {'enum': ['Default', 'Unicode']},"
          + "'decodingStrategy': {'enum': ['Auto', 'Base64', 'Base64URL', 'None']},"
          + "'metadataPolicy': {'enum': ['None', 'Fetch']}}}";

  /// The names of the secrets: those of `plainSecrets`, and the certificates.
  private static final List<String> SECRETS =
      List.of(
          "webhookSecret",
          "solaceUsername",
          "solacePassword",
          "solaceCa",
          "solaceCaPassword",
          "sempUsername",
          "sempPassword",
          "sempToken",
          "sempCa",
          "redisUrl",
          "redisCa");

  /// What values must be, beyond the type of their default.
  private static final Map<String, String> LIMITS =
      Map.ofEntries(
          Map.entry(
              "nameOverride", "{'pattern': '^([a-z]([-a-z0-9]*[a-z0-9])?)?$', 'maxLength': 63}"),
          Map.entry(
              "fullnameOverride",
              "{'pattern': '^([a-z]([-a-z0-9]*[a-z0-9])?)?$', 'maxLength': 63}"),
          Map.entry("replicaCount", "{'minimum': 0}"),
          // No tag at the end: image.tag has it.
          Map.entry(
              "image.repository",
              "{'pattern': '^([a-z0-9.-]+(:[0-9]+/[a-z0-9])?[a-z0-9._/-]*)?$'}"),
          Map.entry("image.tag", "{'pattern': '^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$'}"),
          Map.entry("image.digest", "{'pattern': '^(sha256:[0-9a-f]{64})?$'}"),
          Map.entry("image.pullPolicy", "{'enum': ['Always', 'IfNotPresent', 'Never']}"),
          Map.entry("image.pullSecrets", named()),
          Map.entry(
              "config.solace.host",
              "{'pattern': '^ *([Tt][Cc][Pp][Ss]?|[Ww][Ss][Ss]?)://[^, ]+"
                  + "( *, *([Tt][Cc][Pp][Ss]?|[Ww][Ss][Ss]?)://[^, ]+){0,3} *$'}"),
          Map.entry("config.solace.vpn", "{'minLength': 1}"),
          Map.entry("config.semp.host", "{'pattern': '^[Hh][Tt][Tt][Pp][Ss]?://[^/ ]+'}"),
          Map.entry("config.redis.host", "{'pattern': '^[A-Za-z0-9.-]+(:[0-9]{1,5})?$'}"),
          Map.entry("externalSecrets.storeKind", "{'enum': ['ClusterSecretStore', 'SecretStore']}"),
          Map.entry("externalSecrets.refreshInterval", "{'pattern': '^(" + DURATION + "|0)$'}"),
          Map.entry(
              "externalSecrets.remoteRefs",
              "{'additionalProperties': false, 'properties': {"
                  + String.join(
                      ", ", SECRETS.stream().map(name -> "'" + name + "': " + REMOTE).toList())
                  + "}}"),
          Map.entry("resources.requests", AMOUNTS),
          Map.entry("resources.limits", AMOUNTS),
          Map.entry(
              "persistence.size", "{'pattern': '^[0-9]+([.][0-9]+)?(k|M|G|T|Ki|Mi|Gi|Ti)?$'}"),
          Map.entry("persistence.accessMode", "{'enum': ['ReadWriteOnce', 'ReadWriteOncePod']}"),
          Map.entry("preStopSeconds", "{'minimum': 0, 'maximum': 600}"),
          Map.entry("service.type", "{'enum': ['ClusterIP', 'NodePort', 'LoadBalancer']}"),
          Map.entry("service.port", PORT),
          Map.entry("adminService.port", PORT),
          Map.entry("ingress.host", "{'minLength': 1}"),
          Map.entry("httpRoute.parentRefs", named()),
          Map.entry("httpRoute.hostnames", TEXTS),
          Map.entry("istio.authorizationPolicy.adminNamespaces", TEXTS),
          Map.entry("networkPolicy.webhooksFrom", OBJECTS),
          Map.entry("networkPolicy.adminFrom", OBJECTS),
          Map.entry("networkPolicy.redisPorts", "{'items': {'type': 'integer'}, 'minItems': 1}"),
          Map.entry("networkPolicy.extraEgress", OBJECTS),
          Map.entry("autoscaling.minReplicas", "{'minimum': 1}"),
          Map.entry("autoscaling.maxReplicas", "{'minimum': 1}"),
          Map.entry("autoscaling.targetCPU", "{'minimum': 1}"),
          Map.entry("autoscaling.scaleDownSeconds", "{'minimum': 0, 'maximum': 3600}"),
          Map.entry("topologySpread.keys", TEXTS),
          Map.entry(
              "topologySpread.whenUnsatisfiable", "{'enum': ['ScheduleAnyway', 'DoNotSchedule']}"),
          Map.entry("serviceMonitor.interval", "{'pattern': '^" + DURATION + "$'}"),
          // It becomes part of YAML texts.
          Map.entry("prometheusRule.runbookUrl", "{'pattern': '^(https?://[A-Za-z0-9._~:/-]+)?$'}"),
          Map.entry("initJob.backoffLimit", "{'minimum': 0}"),
          Map.entry(
              "initJob.ttlSecondsAfterFinished", "{'type': ['integer', 'null'], 'minimum': 0}"),
          Map.entry(
              "initJob.passwords",
              "{'items': {'type': 'object', 'required': ['name', 'secretRef'],"
                  + " 'additionalProperties': false, 'properties': {"
                  + "'name': {'type': 'string', 'pattern': '^[A-Za-z_][A-Za-z0-9_]*$'},"
                  + "'secretRef': {'type': 'string', 'pattern': '^"
                  + NAME
                  + "$'},"
                  + "'secretKey': {'type': 'string', 'pattern': '^[-._a-zA-Z0-9]+$'}}}}"),
          Map.entry("driftCheck.schedule", "{'minLength': 1}"),
          Map.entry(
              "podLabels",
              "{'propertyNames': {'not': {'pattern': '^app[.]kubernetes[.]io/(name|instance|"
                  + "component)$'}}}"),
          Map.entry("podSecurityContext", ANYTHING),
          Map.entry("securityContext", ANYTHING),
          Map.entry("tolerations", OBJECTS),
          Map.entry("affinity", ANYTHING));

  /// The settings that `config.settings` may not set, each with the reason.
  static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("STRIPE_WEBHOOK_SECRET", "it is a secret, for config.stripe.webhookSecretRef"),
          Map.entry("STRIPE_API_KEY", "no command that this chart runs calls Stripe"),
          Map.entry("STRIPE_API_BASE", "no command that this chart runs calls Stripe"),
          Map.entry("SOLACE_HOST", "config.solace.host sets it"),
          Map.entry("SOLACE_VPN", "config.solace.vpn sets it"),
          Map.entry("SOLACE_USERNAME", "config.solace.usernameRef names the Secret with it"),
          Map.entry("SOLACE_PASSWORD", "it is a secret, for config.solace.passwordRef"),
          Map.entry(
              "SOLACE_TLS_CA_CERT_PATH", "config.solace.caRef names the Secret with the file"),
          Map.entry(
              "SOLACE_TLS_CA_CERT_PASSWORD", "it is a secret, for config.solace.caPasswordRef"),
          Map.entry("SOLACE_SEMP_HOST", "config.semp.host sets it"),
          Map.entry("SOLACE_SEMP_USERNAME", "config.semp.usernameRef names the Secret with it"),
          Map.entry("SOLACE_SEMP_PASSWORD", "it is a secret, for config.semp.passwordRef"),
          Map.entry("SOLACE_SEMP_TOKEN", "it is a secret, for config.semp.tokenRef"),
          Map.entry(
              "SOLACE_SEMP_TLS_CA_CERT_PATH", "config.semp.caRef names the Secret with the file"),
          Map.entry("APP_HOST", "a pod's probes and its Service ask the pod's own address"),
          Map.entry("APP_PORT", "the image listens on 8080; service.port is the Service's"),
          Map.entry("ADMIN_PORT", "the image listens on 9090; adminService.port is the Service's"),
          Map.entry("APP_TLS_CERT_PATH", "TLS ends at the Ingress, the Gateway or the mesh"),
          Map.entry("APP_TLS_KEY_PATH", "TLS ends at the Ingress, the Gateway or the mesh"),
          Map.entry("REDIS_URL", "it is a secret, for config.redis.urlRef"),
          Map.entry("REDIS_TLS_CA_CERT_PATH", "config.redis.caRef names the Secret with the file"),
          Map.entry("REDIS_TLS_CERT_PATH", "config.redis.clientCertRef names the Secret with it"),
          Map.entry("REDIS_TLS_KEY_PATH", "config.redis.clientCertRef names the Secret with it"),
          Map.entry("INBOX_PATH", "the inbox is on the volume that the chart claims"),
          Map.entry("SANDBOX_SMF_PORT", "no command that this chart runs is the sandbox"),
          Map.entry("SANDBOX_SEMP_PORT", "no command that this chart runs is the sandbox"));

  private static final String WITHOUT_REDIS =
      "{'if': {'properties': {'config': {'properties': {'redis': {'properties': {'enabled':"
          + " {'const': false}}}}}}},"
          + " 'then': {'properties': {'replicaCount': {'enum': [0, 1,"
          + " 'more than 1 only with config.redis.enabled=true: an inbox on a volume has one"
          + " owner']}, 'autoscaling': {'properties': {'enabled': {'enum': [false,"
          + " 'true only with config.redis.enabled=true: an inbox on a volume has one"
          + " owner']}}}}}}";

  private ValuesSchema() {}

  static String text() {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", "Values of the chart stripe-solace-bridge");
    schema.put("$comment", "Generated by 'make golden'.");
    object(schema);
    for (ChartValues.Entry entry : ChartValues.read().entries()) {
      ObjectNode parent = schema;
      List<String> keys = List.of(entry.path().split("\\."));
      for (String key : keys.subList(0, keys.size() - 1)) {
        parent = object(child(parent, key));
      }
      child(parent, keys.getLast()).setAll(value(entry));
    }
    // Helm gives every chart the values of the chart that it is a part of.
    child(schema, "global").put("type", "object");
    schema.putArray("allOf").add(json(WITHOUT_REDIS));
    return printed(schema);
  }

  private static ObjectNode object(ObjectNode schema) {
    schema.put("type", "object").put("additionalProperties", false);
    schema.withObjectProperty("properties");
    return schema;
  }

  private static ObjectNode child(ObjectNode parent, String key) {
    return parent.withObjectProperty("properties").withObjectProperty(key);
  }

  private static ObjectNode value(ChartValues.Entry entry) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("description", entry.description());
    if (entry.path().equals("config.settings")) {
      return schema.setAll(settings());
    }
    switch (entry.standard().getNodeType()) {
      case STRING -> schema.put("type", "string");
      case BOOLEAN -> schema.put("type", "boolean");
      case NUMBER -> schema.put("type", "integer");
      case ARRAY -> schema.put("type", "array");
      default ->
          schema.put("type", "object").putObject("additionalProperties").put("type", "string");
    }
    if (entry.path().endsWith("Ref")) {
      schema.put("pattern", "^(" + NAME + ")?$");
    } else if (entry.path().matches("config\\..*Key")) {
      schema.put("pattern", "^[-._a-zA-Z0-9]+$");
    }
    return schema.setAll((ObjectNode) json(LIMITS.getOrDefault(entry.path(), "{}")));
  }

  /// The paths of the limits above, so that a test finds those without a value.
  static Stream<String> limited() {
    return LIMITS.keySet().stream();
  }

  private static ObjectNode settings() {
    ObjectNode schema = object(JSON.createObjectNode());
    for (SettingGroup group : SettingGroup.values()) {
      for (Setting<?> setting : Settings.of(group)) {
        String reason = REFUSED.get(setting.name());
        if (reason != null) {
          child(schema, setting.name()).setAll(refused(reason));
        } else if (setting.isSecret()) {
          throw new IllegalStateException(setting + " is a secret: say which value has it");
        } else {
          child(schema, setting.name())
              .setAll(form(setting.type().form()).put("description", setting.description()));
          if (setting.equals(Settings.APP_WEBHOOK_PATH)) {
            child(schema, setting.name()).put("pattern", "^/[A-Za-z0-9._~/-]+$");
          }
        }
      }
    }
    schema
        .putObject("patternProperties")
        .putObject("_FILE$")
        .setAll(refused("the chart mounts secrets, and names their files itself"));
    return schema;
  }

  private static ObjectNode refused(String reason) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("const", "left out: " + reason);
    // The sentence itself is refused too.
    schema.putObject("not");
    return schema;
  }

  private static ObjectNode form(Form form) {
    ObjectNode schema = JSON.createObjectNode();
    switch (form) {
      case Form.Text() -> schema.putArray("type").add("string").add("null");
      case Form.Choice(List<String> names) -> {
        ArrayNode legal = schema.putArray("enum");
        names.stream()
            .sorted()
            .flatMap(name -> Stream.of(name, name.toUpperCase(Locale.ROOT)))
            .distinct()
            .forEach(legal::add);
        if (names.contains("true")) {
          // In YAML, these need no quotes.
          legal.add(true).add(false);
        }
        legal.addNull();
      }
      case Form.Numeric number -> {
        schema
            .putArray("type")
            .add(number.isWhole() ? "integer" : "number")
            .add("string")
            .add("null");
        schema.put("minimum", number.min()).put("maximum", number.max());
        schema.put("pattern", number.isWhole() ? "^[0-9]+$" : "^[0-9]+([.][0-9]{1,3})?$");
      }
    }
    return schema;
  }

  private static String named() {
    return "{'items': {'type': 'object', 'required': ['name'],"
        + " 'properties': {'name': {'type': 'string', 'minLength': 1}}}}";
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(text, e);
    }
  }

  private static String printed(ObjectNode schema) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    try {
      return JSON.writer(printer).writeValueAsString(schema) + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The settings that `config.settings` may set.
  static Map<String, Setting<?>> allowed() {
    Map<String, Setting<?>> allowed = new LinkedHashMap<>();
    for (SettingGroup group : SettingGroup.values()) {
      for (Setting<?> setting : Settings.of(group)) {
        if (!REFUSED.containsKey(setting.name())) {
          allowed.put(setting.name(), setting);
        }
      }
    }
    return allowed;
  }
}
