package stripebridge.core.topology.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import stripebridge.core.problem.Quoted;
import stripebridge.core.routing.EventPattern;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Order;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.core.topology.model.AttributeType;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.TopicRules;

/// Reads the routes (a mapping of event types to topics, in which the first match wins) and where
/// all other types go. A route is a topic, or a mapping with its topic and `order`.
final class RouteReader {
  /// The segments of a type, v2 types with brackets:
  /// `v2.core.account[configuration.customer].closed`. Stricter than what Stripe may send, so that
  /// typing mistakes are found.
  static final Pattern EVENT_TYPES =
      Pattern.compile(
          "^SEGMENT(\\.SEGMENT)*(\\.\\*)?$"
              .replace("SEGMENT", "[A-Za-z0-9_-]+(\\[[A-Za-z0-9_.-]+\\])?"));

  static final int CHARS_MAX = 200;

  /// The keys of a route that is a mapping.
  static final List<String> KEYS = List.of("topic", "order");

  private final LocatedProblems problems;
  private final AttributeReader values;
  private final MappingReader mappings;

  RouteReader(LocatedProblems problems, AttributeReader values, MappingReader mappings) {
    this.problems = problems;
    this.values = values;
    this.mappings = mappings;
  }

  RoutingTable table(YamlNode.@Nullable Entry routes, YamlNode.@Nullable Entry unlisted) {
    return new RoutingTable(routes(routes), unlisted(unlisted));
  }

  /// The word for a choice in the file: `by-type`.
  static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Unlisted unlisted(YamlNode.@Nullable Entry entry) {
    if (entry == null) {
      return Unlisted.UNROUTABLE;
    }
    return choice(entry, Unlisted.UNROUTABLE);
  }

  /// One of an enum's values, by its word; the default when it is none, which is then reported.
  private <E extends Enum<E>> E choice(YamlNode.Entry entry, E byDefault) {
    Map<String, E> byWord = new LinkedHashMap<>();
    for (E value : byDefault.getDeclaringClass().getEnumConstants()) {
      byWord.put(word(value), value);
    }
    AttributeType.Choice words = new AttributeType.Choice(List.copyOf(byWord.keySet()));
    AttributeValue.Text word = values.choice(entry.key(), entry.value(), words);
    return word == null ? byDefault : byWord.getOrDefault(word.value(), byDefault);
  }

  private List<Route> routes(YamlNode.@Nullable Entry section) {
    List<Route> routes = new ArrayList<>();
    if (section == null) {
      return routes;
    }
    Map<EventPattern, Integer> stars = new LinkedHashMap<>();
    Map<TopicTemplate, Order> orders = new HashMap<>();
    for (YamlNode.Entry entry :
        mappings.entries("routes", section.value(), "event types with topics")) {
      EventPattern pattern = pattern(entry);
      Map<String, YamlNode.Entry> keys = keys(entry);
      TopicTemplate topic = topic(entry.key(), keys.get("topic"));
      Order order = keys.containsKey("order") ? choice(keys.get("order"), Order.KEY) : Order.KEY;
      if (pattern != null) {
        shadow(pattern, stars)
            .ifPresent(why -> problems.add(entry.at(), "route " + Quoted.of(entry.key()) + why));
        if (isStar(entry.key())) {
          stars.put(pattern, entry.at().line());
        }
      }
      if (pattern != null && topic != null) {
        routes.add(new Route(pattern, topic, order));
        if (orders.getOrDefault(topic, order) != order) {
          problems.add(
              entry.at(),
              "route %s has another 'order' than an earlier route to the same topic"
                  .formatted(Quoted.of(entry.key())));
        }
        orders.putIfAbsent(topic, order);
      }
    }
    return routes;
  }

  private @Nullable EventPattern pattern(YamlNode.Entry entry) {
    String type = entry.key();
    if (type.length() <= CHARS_MAX && EVENT_TYPES.matcher(type).matches()) {
      return new EventPattern(type);
    }
    String why = " is not an event type such as 'payout.failed' or 'payout.*'";
    if (type.length() > CHARS_MAX) {
      why = " has more than " + CHARS_MAX + " characters";
    } else if (type.equals("*")) {
      why = " would match every event; write 'unlisted: by-type' instead";
    }
    problems.add(entry.at(), "route " + Quoted.of(type) + why);
    return null;
  }

  private Map<String, YamlNode.Entry> keys(YamlNode.Entry route) {
    if (!(route.value() instanceof YamlNode.Mapping mapping)) {
      return Map.of("topic", route);
    }
    Map<String, YamlNode.Entry> keys = mappings.fixed(route.key(), mapping, "a topic", KEYS);
    if (!keys.containsKey("topic")) {
      problems.add(route.at(), "route " + Quoted.of(route.key()) + " has no 'topic'");
    }
    return keys;
  }

  private @Nullable TopicTemplate topic(String type, YamlNode.@Nullable Entry entry) {
    String topic = entry == null ? null : values.plainText(entry.key(), entry.value(), "a topic");
    if (entry == null || topic == null) {
      return null;
    }
    Optional<String> wrong = TopicRules.routeProblem(topic, isStar(type));
    if (wrong.isPresent()) {
      problems.add(entry.value().at(), "topic " + Quoted.of(topic) + " " + wrong.get());
      return null;
    }
    return new TopicTemplate(topic);
  }

  /// Why a route can never match: an earlier star covers it.
  private static Optional<String> shadow(EventPattern pattern, Map<EventPattern, Integer> stars) {
    return stars.entrySet().stream()
        .filter(star -> star.getKey().covers(pattern))
        .findFirst()
        .map(star ->
            " never matches: '%s' on line %d comes first and covers it"
                .formatted(star.getKey(), star.getValue()));
  }

  private static boolean isStar(String type) {
    return type.endsWith(".*");
  }
}
