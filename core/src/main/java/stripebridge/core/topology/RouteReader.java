package stripebridge.core.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the routes: a mapping of event types to topics, in which the first match wins.
final class RouteReader {
  /// Stripe's own types are lower case with dots and underscores; v2 types begin with `v2.`.
  static final Pattern EVENT_TYPES = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(\\.\\*)?");

  static final int CHARS_MAX = 200;

  private final LocatedProblems problems;
  private final AttributeReader values;
  private final MappingReader mappings;

  RouteReader(LocatedProblems problems, AttributeReader values, MappingReader mappings) {
    this.problems = problems;
    this.values = values;
    this.mappings = mappings;
  }

  List<RouteSpec> routes(YamlNode.@Nullable Entry section) {
    List<RouteSpec> routes = new ArrayList<>();
    List<YamlNode.Entry> patterns = new ArrayList<>();
    if (section == null) {
      return routes;
    }
    for (var entry : mappings.entries("routes", section.value(), "event types with topics")) {
      typeProblem(entry.key())
          .or(() -> shadow(entry.key(), patterns))
          .ifPresent(why -> problems.add(entry.at(), "route " + Quoted.of(entry.key()) + why));
      if (isPattern(entry.key())) {
        patterns.add(entry);
      }
      String topic = values.plainText(entry.key(), entry.value(), "a topic");
      if (topic != null) {
        TopicRules.routeProblem(topic, isPattern(entry.key()))
            .ifPresent(why -> problems.add(entry.value().at(), refused(topic, why)));
        routes.add(new RouteSpec(entry.key(), topic));
      }
    }
    return routes;
  }

  private static String refused(String topic, String why) {
    return "topic " + Quoted.of(topic) + " " + why;
  }

  private static Optional<String> typeProblem(String type) {
    if (type.length() > CHARS_MAX) {
      return Optional.of(" has more than " + CHARS_MAX + " characters");
    }
    if (type.equals("*")) {
      return Optional.of(" would match every event; write 'unlisted: by-type' instead");
    }
    return EVENT_TYPES.matcher(type).matches()
        ? Optional.empty()
        : Optional.of(" is no event type, such as 'payout.failed' or 'payout.*'");
  }

  /// Why a route can never match: an earlier one has everything that it would have.
  private static Optional<String> shadow(String type, List<YamlNode.Entry> patterns) {
    return patterns.stream()
        .filter(entry -> covers(entry.key(), type))
        .findFirst()
        .map(entry ->
            " never matches: "
                + Quoted.of(entry.key())
                + " on line "
                + entry.at().line()
                + " comes first and takes it");
  }

  private static boolean covers(String pattern, String type) {
    return type.startsWith(pattern.substring(0, pattern.length() - 1));
  }

  private static boolean isPattern(String type) {
    return type.endsWith(".*");
  }
}
