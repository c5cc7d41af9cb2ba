package stripebridge.core.topology.yaml;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import stripebridge.core.routing.RoutingTable.Order;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.topology.model.Attribute;
import stripebridge.core.topology.model.AttributeType;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.AttributeValue.Threshold.Unit;
import stripebridge.core.topology.model.Cidr;
import stripebridge.core.topology.model.FindingKind;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.model.TopicRules;

/// Makes the JSON Schema of `topology.yaml` from the attribute table and the rules of the reader.
///
/// A schema cannot check everything: that a name is declared, that a route is covered, how many
/// bytes a text has. It never refuses a file that the reader accepts.
final class TopologySchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final String LEVEL = "([^/*>]+\\*?|\\*)";
  private static final String SMF = "(" + LEVEL + "/){0,127}(" + LEVEL + "|>)";
  private static final String MQTT = "(([^/+#]*|\\+)/){0,127}([^/+#]*|\\+|#)";
  private static final String PUBLISHED = "(?![#!])[^/*>{}]+(/[^/*>{}]+){0,127}";

  private TopologySchema() {}

  static String text() {
    DefaultIndenter indent = new DefaultIndenter("  ", "\n");
    try {
      return new ObjectMapper()
              .writer(
                  new DefaultPrettyPrinter().withObjectIndenter(indent).withArrayIndenter(indent))
              .writeValueAsString(root())
          + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode root() {
    ObjectNode root = NODES.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "topology.yaml of stripebridge");
    root.put("type", "object");
    root.set("required", texts("version"));
    root.put("additionalProperties", false);
    ObjectNode keys = root.putObject("properties");
    keys.putObject("version").put("const", 1).put("description", "The version of this format.");
    keys.set("routes", routes());
    keys.putObject("unlisted")
        .put("description", "Where events go whose type no route names.")
        .put("default", RouteReader.word(Unlisted.UNROUTABLE))
        .set("enum", texts(Stream.of(Unlisted.values()).map(RouteReader::word)));
    keys.set("queueDefaults", queueDefaults());
    for (ObjectKind kind : ObjectKind.values()) {
      keys.set(kind.section(), section(kind));
    }
    keys.set("manages", manages());
    ObjectNode accept = described("Findings that are known and wanted, each with the reason.");
    accept.putObject("propertyNames").set("enum", texts(FindingKind.ids().stream()));
    accept.putObject("additionalProperties").put("$ref", "#/$defs/plain").put("pattern", "[^ ]");
    keys.set("accept", nullable(accept, "object"));
    root.set("$defs", definitions());
    return root;
  }

  private static ObjectNode routes() {
    ObjectNode routes =
        described(
            "Event types with topics; the first match wins. The account is added as last level.");
    routes
        .putObject("propertyNames")
        .put("maxLength", RouteReader.CHARS_MAX)
        .put("pattern", RouteReader.EVENT_TYPES.pattern());
    routes.putObject("patternProperties").set("\\.\\*$", route(PUBLISHED + "(/\\{rest\\})?"));
    routes.set("additionalProperties", route(PUBLISHED));
    return nullable(routes, "object");
  }

  /// A topic, or a mapping with one.
  private static ObjectNode route(String pattern) {
    ObjectNode mapping = described("A route with more than its topic.").put("type", "object");
    mapping.set("required", texts("topic"));
    ObjectNode keys = mapping.putObject("properties");
    keys.set("topic", topic(pattern));
    keys.putObject("order")
        .put(
            "description",
            "Which messages of the topic are published in order: those with the same partition key,"
                + " or all of them, one a round trip.")
        .put("default", RouteReader.word(Order.KEY))
        .set("enum", texts(Stream.of(Order.values()).map(RouteReader::word)));
    mapping.put("additionalProperties", false);
    ObjectNode route = NODES.objectNode();
    route.putArray("anyOf").add(topic(pattern)).add(mapping);
    return route;
  }

  private static ObjectNode topic(String pattern) {
    return ref("text").put("maxLength", TopicRules.ROUTE_BYTES_MAX).put("pattern", whole(pattern));
  }

  private static ObjectNode section(ObjectKind kind) {
    ObjectNode section = described("By name: what each " + kind.words() + " has.");
    ObjectNode names = section.putObject("propertyNames").put("$ref", "#/$defs/text");
    names.put("minLength", 1).put("maxLength", kind.nameBytesMax());
    ArrayNode rules = names.putArray("allOf");
    rules.addObject().put("pattern", "[^ ]");
    rules.addObject().put("pattern", "^(?!\\.\\.?$)");
    if (!kind.namePattern().isEmpty()) {
      rules.addObject().put("pattern", kind.namePattern());
    }
    if (ObjectReader.structure(kind).contains("external")) {
      // The broker's own objects, which can only be external.
      ObjectNode reserved = ref(kind.section());
      reserved.set("required", texts("external"));
      reserved.putObject("properties").putObject("external").put("const", true);
      section.putObject("patternProperties").set("^#", reserved);
    } else {
      rules.addObject().put("pattern", kind == ObjectKind.QUEUE ? "^(?!#P2P)" : "^[^#]");
    }
    section.set("additionalProperties", ref(kind.section()));
    return nullable(section, "object");
  }

  private static ObjectNode queueDefaults() {
    ObjectNode defaults = described("What every queue has unless it says otherwise.");
    ObjectNode properties = defaults.putObject("properties");
    String queue = ObjectKind.QUEUE.section();
    for (String name : ObjectKind.QUEUE.attributes().names()) {
      properties.set(name, ref(queue + "/properties/" + name));
    }
    defaults.put("additionalProperties", false);
    return nullable(defaults, "object");
  }

  private static ObjectNode manages() {
    ObjectNode manages =
        described("What may be deleted when it is not in this file: the beginnings of names.");
    ObjectNode kinds = manages.putObject("properties");
    for (ObjectKind kind : ObjectKind.values()) {
      ObjectNode prefix = ref("text").put("minLength", 4);
      prefix.put("pattern", "^(?!#)(?!defa(u(l(t)?)?)?$)[^*]*$");
      kinds.set(kind.section(), list(NODES.objectNode(), prefix));
    }
    manages.put("additionalProperties", false);
    return nullable(manages, "object");
  }

  private static ObjectNode definitions() {
    ObjectNode definitions = NODES.objectNode();
    for (ObjectKind kind : ObjectKind.values()) {
      ObjectNode object = NODES.objectNode().put("type", "object");
      ObjectNode keys = object.putObject("properties");
      kind.attributes().settable().forEach(a -> keys.set(a.name(), attribute(a)));
      for (String key : ObjectReader.structure(kind)) {
        keys.set(key, structure(key));
      }
      object.put("additionalProperties", false);
      definitions.set(kind.section(), object);
    }
    ObjectNode plain = definitions.putObject("plain").put("type", "string");
    plain.put("description", "Only secrets come from the environment.");
    plain.putObject("not").put("pattern", "\\$\\{");
    definitions.set("text", ref("plain").put("pattern", "^[^\\u0000-\\u001f\\u007f-\\u009f]*$"));
    for (Unit unit : Unit.values()) {
      boolean percent = unit == Unit.PERCENT;
      long max = percent ? AttributeType.Threshold.PERCENT_MAX : AttributeType.Threshold.VALUE_MAX;
      ObjectNode threshold = definitions.putObject("threshold" + (percent ? "Percent" : "Value"));
      threshold.put("type", "object");
      threshold.set("required", texts(unit.setField(), unit.clearField()));
      threshold.put("additionalProperties", false);
      ObjectNode fields = threshold.putObject("properties");
      fields.set(unit.setField(), whole(0, max));
      fields.set(unit.clearField(), whole(0, max));
    }
    return definitions;
  }

  private static ObjectNode structure(String key) {
    return switch (key) {
      case "external" ->
          described("Others own it: it is compared, and never written or deleted.")
              .put("type", "boolean")
              .put("default", false);
      case "subscriptions" ->
          list(
              described(
                  "Topics that the queue attracts; a leading ! excludes what it matches,"
                      + " #noexport/ keeps it from other brokers."),
              ref("text")
                  .put("maxLength", TopicRules.BYTES_MAX)
                  .put("pattern", "^(#noexport/)?!?(?!#)" + SMF + "$"));
      case "clientConnectExceptions" ->
          list(
              described("Address ranges in CIDR form."),
              NODES.objectNode().put("type", "string").put("pattern", Cidr.PATTERN));
      case "subscribeShareNameExceptions" -> exceptions(".+", ".+");
      default -> exceptions("(?!!)" + SMF, MQTT);
    };
  }

  private static ObjectNode exceptions(String smf, String mqtt) {
    ObjectNode either = NODES.objectNode();
    ArrayNode forms = either.putArray("oneOf");
    forms.add(exception(smf));
    ObjectNode other = forms.addObject().put("type", "object");
    other.set("required", texts("mqtt"));
    other.put("additionalProperties", false);
    other.putObject("properties").set("mqtt", exception(mqtt));
    return list(described("In SMF syntax, or { mqtt: … } in MQTT syntax."), either);
  }

  private static ObjectNode exception(String pattern) {
    return ref("text")
        .put("minLength", 1)
        .put("maxLength", TopicRules.BYTES_MAX)
        .put("pattern", whole(pattern));
  }

  private static ObjectNode attribute(Attribute attribute) {
    ObjectNode schema = value(attribute.type());
    String description = description(attribute);
    if (!description.isEmpty()) {
      schema.put("description", description);
    }
    switch (attribute.byDefault()) {
      case AttributeValue.Flag(boolean flag) -> schema.put("default", flag);
      case AttributeValue.Whole(long number) -> schema.put("default", number);
      case AttributeValue.Text(String text) -> schema.put("default", text);
      case null, default -> {}
    }
    return schema;
  }

  private static String description(Attribute attribute) {
    List<String> sentences = new ArrayList<>();
    if (attribute.since().compareTo(SempVersion.FIRST) > 0) {
      sentences.add("Since SEMP " + attribute.since() + ".");
    }
    if (!attribute.disables().isEmpty()) {
      String disabled = String.join(" and ", attribute.disables());
      sentences.add("To change it, the broker switches " + disabled + " off for a moment.");
    }
    if (attribute.writeOnly()) {
      sentences.add("Written on create and never compared.");
    }
    return String.join(" ", sentences);
  }

  private static ObjectNode value(AttributeType type) {
    return switch (type) {
      case AttributeType.Flag _ -> NODES.objectNode().put("type", "boolean");
      case AttributeType.Whole(long min, long max) -> whole(min, max);
      case AttributeType.Text(int min, int max, String pattern) -> {
        ObjectNode text = ref("text").put("maxLength", max);
        if (min > 0) {
          text.put("minLength", min);
        }
        yield pattern.isEmpty() ? text : text.put("pattern", pattern);
      }
      case AttributeType.Choice choice ->
          NODES.objectNode().set("enum", texts(choice.words().stream()));
      case AttributeType.Secret _ ->
          NODES
              .objectNode()
              .put("type", "string")
              .put("pattern", whole(AttributeReader.REFERENCE.pattern()));
      case AttributeType.Threshold(Set<Unit> units) -> {
        ObjectNode threshold = NODES.objectNode();
        ArrayNode forms = threshold.putArray("oneOf");
        if (units.contains(Unit.PERCENT)) {
          forms.add(ref("thresholdPercent"));
        }
        if (units.contains(Unit.VALUE)) {
          forms.add(ref("thresholdValue"));
        }
        yield threshold;
      }
    };
  }

  private static ObjectNode whole(long min, long max) {
    return NODES.objectNode().put("type", "integer").put("minimum", min).put("maximum", max);
  }

  private static String whole(String pattern) {
    return "^(" + pattern + ")$";
  }

  private static ObjectNode list(ObjectNode list, ObjectNode item) {
    list.set("items", item);
    return nullable(list.put("uniqueItems", true), "array");
  }

  /// A section or list whose entries may all be commented out.
  private static ObjectNode nullable(ObjectNode schema, String type) {
    return schema.set("type", texts(type, "null"));
  }

  private static ObjectNode ref(String definition) {
    return NODES.objectNode().put("$ref", "#/$defs/" + definition);
  }

  private static ObjectNode described(String description) {
    return NODES.objectNode().put("description", description);
  }

  private static ArrayNode texts(String... texts) {
    return texts(Stream.of(texts));
  }

  private static ArrayNode texts(Stream<String> texts) {
    ArrayNode array = NODES.arrayNode();
    texts.forEach(array::add);
    return array;
  }
}
