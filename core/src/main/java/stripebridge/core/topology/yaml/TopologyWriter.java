package stripebridge.core.topology.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import stripebridge.core.routing.RoutingTable.Order;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.model.Topology.Manages;

/// Writes a topology as YAML that [TopologyReader] reads back as the same topology. Attributes that
/// queues share are written once, as `queueDefaults`.
public final class TopologyWriter {
  /// Texts that every YAML parser reads as text. A wildcard may follow the first character.
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_./>*-]*");

  private static final Set<String> WORDS =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  /// Any other character is written as an escape, because it is invisible or moves the cursor.
  private static final Pattern PRINTABLE = Pattern.compile("[ -~\\p{L}\\p{N}\\p{P}\\p{S}]");

  private final StringBuilder out = new StringBuilder();
  private final Map<Resource, List<String>> comments;

  private TopologyWriter(Map<Resource, List<String>> comments) {
    this.comments = comments;
  }

  /// Writes a topology.
  ///
  /// @param header comment lines, without `#`
  /// @param comments lines below the names of objects, without `#`
  public static String write(
      List<String> header, Topology topology, Map<Resource, List<String>> comments) {
    TopologyWriter writer = new TopologyWriter(comments);
    writer.comment(0, header);
    writer.line(0, "version: 1");
    writer.routing(topology);
    writer.objects(topology.objects());
    writer.manages(topology.manages());
    writer.accept(topology.accept());
    return writer.out.toString();
  }

  private void routing(Topology topology) {
    List<Route> routes = topology.routing().routes();
    if (!routes.isEmpty()) {
      line(0, "");
      line(0, "routes:");
      for (Route route : routes) {
        String topic = text(route.topic().text());
        if (route.order() == Order.KEY) {
          line(1, text(route.pattern().text()) + ": " + topic);
        } else {
          line(1, text(route.pattern().text()) + ":");
          line(2, "topic: " + topic);
          line(2, "order: " + RouteReader.word(route.order()));
        }
      }
    }
    line(0, "");
    line(0, "unlisted: " + RouteReader.word(topology.routing().unlisted()));
  }

  private void objects(BrokerObjects objects) {
    Map<String, AttributeValue> defaults = queueDefaults(objects.queues());
    if (!defaults.isEmpty()) {
      line(0, "");
      line(0, "queueDefaults:");
      attributes(1, defaults);
    }
    section(ObjectKind.QUEUE, objects.queues().isEmpty());
    for (QueueSpec queue : objects.queues()) {
      Map<String, AttributeValue> own = new LinkedHashMap<>(queue.attributes());
      own.entrySet().removeAll(defaults.entrySet());
      object(
          new Resource.Queue(queue.name()),
          own,
          List.of(
              new Part(
                  "subscriptions",
                  queue.subscriptions().stream().map(TopologyWriter::text).toList())),
          false);
    }
    section(ObjectKind.CLIENT_PROFILE, objects.clientProfiles().isEmpty());
    for (ClientProfileSpec profile : objects.clientProfiles()) {
      object(
          new Resource.ClientProfile(profile.name()),
          profile.attributes(),
          List.of(),
          profile.external());
    }
    section(ObjectKind.ACL_PROFILE, objects.aclProfiles().isEmpty());
    for (AclProfileSpec profile : objects.aclProfiles()) {
      object(
          new Resource.AclProfile(profile.name()),
          profile.attributes(),
          parts(profile.exceptions()),
          profile.external());
    }
    section(ObjectKind.CLIENT_USERNAME, objects.clientUsernames().isEmpty());
    for (ClientUsernameSpec username : objects.clientUsernames()) {
      object(new Resource.ClientUsername(username.name()), username.attributes(), List.of(), false);
    }
  }

  /// The attributes that all queues set, with their most common value.
  private static Map<String, AttributeValue> queueDefaults(List<QueueSpec> queues) {
    Map<String, AttributeValue> defaults = new LinkedHashMap<>();
    if (queues.size() < 2) {
      return defaults;
    }
    for (String name : queues.getFirst().attributes().keySet()) {
      Map<AttributeValue, Integer> counts = new HashMap<>();
      int named = 0;
      for (QueueSpec queue : queues) {
        AttributeValue value = queue.attributes().get(name);
        if (value != null) {
          named++;
          counts.merge(value, 1, Integer::sum);
        }
      }
      if (named == queues.size()) {
        counts.entrySet().stream()
            .max(
                Map.Entry.<AttributeValue, Integer>comparingByValue()
                    .thenComparing(entry -> entry.getKey().toString(), Comparator.reverseOrder()))
            .filter(most -> most.getValue() > 1)
            .ifPresent(most -> defaults.put(name, most.getKey()));
      }
    }
    return defaults;
  }

  private static List<Part> parts(Set<AclException> exceptions) {
    List<Part> parts = new ArrayList<>();
    for (AclException.Kind kind : AclException.Kind.values()) {
      List<String> items =
          exceptions.stream()
              .filter(exception -> exception.kind() == kind)
              .map(exception ->
                  exception.syntax() == AclException.Syntax.MQTT
                      ? "{ mqtt: " + text(exception.value()) + " }"
                      : text(exception.value()))
              .toList();
      parts.add(new Part(kind.key(), items));
    }
    return parts;
  }

  private void section(ObjectKind kind, boolean isEmpty) {
    if (!isEmpty) {
      line(0, "");
      line(0, kind.section() + ":");
    }
  }

  private void object(
      Resource resource,
      Map<String, AttributeValue> attributes,
      List<Part> parts,
      boolean external) {
    List<String> lines = comments.getOrDefault(resource, List.of());
    boolean isEmpty =
        attributes.isEmpty() && !external && parts.stream().allMatch(part -> part.items.isEmpty());
    line(1, text(resource.name()) + (isEmpty ? ": {}" : ":"));
    comment(2, lines);
    if (external) {
      line(2, "external: true");
    }
    attributes(2, attributes);
    for (Part part : parts) {
      if (!part.items.isEmpty()) {
        line(2, part.key + ":");
        part.items.forEach(item -> line(3, "- " + item));
      }
    }
  }

  private void attributes(int depth, Map<String, AttributeValue> attributes) {
    attributes.forEach((name, value) -> line(depth, name + ": " + value(value)));
  }

  private static String value(AttributeValue value) {
    return switch (value) {
      case AttributeValue.Flag(boolean flag) -> Boolean.toString(flag);
      case AttributeValue.Whole(long number) -> Long.toString(number);
      case AttributeValue.Text(String text) -> text(text);
      case AttributeValue.Threshold(AttributeValue.Threshold.Unit unit, long set, long clear) ->
          "{ " + unit.setField() + ": " + set + ", " + unit.clearField() + ": " + clear + " }";
      case AttributeValue.SecretReference reference -> reference.toString();
    };
  }

  private void manages(Manages manages) {
    if (manages.prefixes().isEmpty()) {
      return;
    }
    line(0, "");
    line(0, "manages:");
    for (ObjectKind kind : ObjectKind.values()) {
      List<String> prefixes = manages.prefixes().get(kind);
      if (prefixes != null) {
        line(
            1,
            prefixes.stream()
                .map(TopologyWriter::text)
                .collect(Collectors.joining(", ", kind.section() + ": [", "]")));
      }
    }
  }

  private void accept(Map<String, String> accept) {
    if (!accept.isEmpty()) {
      line(0, "");
      line(0, "accept:");
      accept.forEach((id, reason) -> line(1, id + ": " + text(reason)));
    }
  }

  private void comment(int depth, List<String> lines) {
    lines.forEach(line -> line(depth, line.isEmpty() ? "#" : "# " + line));
  }

  private void line(int depth, String text) {
    out.append(text.isEmpty() ? "" : "  ".repeat(depth)).append(text).append('\n');
  }

  /// A text in YAML: plain when that is unambiguous, else in double quotes.
  private static String text(String text) {
    if (PLAIN.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT))) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(point -> {
          String one = Character.toString(point);
          if (point == '"' || point == '\\') {
            quoted.append('\\').append(one);
          } else if (PRINTABLE.matcher(one).matches()) {
            quoted.append(one);
          } else if (point <= 0xFFFF) {
            quoted.append("\\u%04X".formatted(point));
          } else {
            quoted.append("\\U%08X".formatted(point));
          }
        });
    return quoted.append('"').toString();
  }

  /// A list of an object, with its items in YAML.
  private record Part(String key, List<String> items) {}
}
