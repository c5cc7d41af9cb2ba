package stripebridge.core.topology.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import stripebridge.core.problem.Quoted;
import stripebridge.core.routing.TopicTemplate;

/// The rules for legal topics, for each place where a topology has one. Each rule returns why a
/// text is not legal, as the end of a sentence, or empty when it is.
///
/// A broker silently treats a misplaced wildcard as a plain character, so that nothing matches.
/// Here that is a problem.
public final class TopicRules {
  /// SMF's limits.
  public static final int BYTES_MAX = 250;

  static final int LEVELS_MAX = 128;

  /// Leaves 50 bytes for the account level, which the routing appends.
  public static final int ROUTE_BYTES_MAX = 200;

  private static final String RESERVED = "begins with '#', which is reserved for the broker";

  private static final String NO_EXPORT = "#noexport/";

  private TopicRules() {}

  /// A subscription as its own broker applies it: without `#noexport/`, which only keeps it from
  /// the other brokers of a mesh.
  public static String withoutNoExport(String subscription) {
    return subscription.startsWith(NO_EXPORT)
        ? subscription.substring(NO_EXPORT.length())
        : subscription;
  }

  /// A queue's subscription: an SMF topic with wildcards. A leading `!` excludes the topics that it
  /// matches, and `#noexport/` keeps it from other brokers. Other topics that begin with `#` are
  /// the broker's own, and shared subscriptions (`#share/`) are not for queues.
  public static Optional<String> subscriptionProblem(String subscription) {
    String local = withoutNoExport(subscription);
    String topic = local.startsWith("!") ? local.substring(1) : local;
    if (topic.startsWith("#")) {
      return Optional.of(RESERVED);
    }
    if (topic.isEmpty()) {
      return Optional.of("is empty");
    }
    return sizeProblem(subscription, BYTES_MAX)
        .or(() -> pathProblem(subscription))
        .or(() -> smfProblem(topic));
  }

  /// A topic in an ACL exception. `#P2P/QUE/…`, which names a queue, is legal in SMF syntax.
  public static Optional<String> exceptionProblem(AclException.Syntax syntax, String topic) {
    Optional<String> problem = sizeProblem(topic, BYTES_MAX).or(() -> pathProblem(topic));
    if (problem.isPresent()) {
      return problem;
    }
    return switch (syntax) {
      case SMF ->
          topic.startsWith("!")
              ? Optional.of("begins with '!', which has no meaning in an exception")
              : smfProblem(topic);
      case MQTT -> mqttProblem(topic);
    };
  }

  /// A share name in an ACL exception: one level, or a pattern of one.
  public static Optional<String> shareNameProblem(String name) {
    return sizeProblem(name, BYTES_MAX).or(() -> pathProblem(name));
  }

  /// SEMP puts names into URL paths, where `.` and `..` have another meaning, escaped or not (RFC
  /// 3986, 5.2.4).
  static Optional<String> pathProblem(String name) {
    return name.equals(".") || name.equals("..")
        ? Optional.of(
            "is '" + name + "', which cannot be part of a URL path, so SEMP cannot address it")
        : Optional.empty();
  }

  /// The topic of a route. Events are published to it, so it has no wildcards.
  ///
  /// @param pattern whether the route's event type has a star, so that `{rest}` is allowed
  public static Optional<String> routeProblem(String topic, boolean pattern) {
    if (topic.startsWith("#")) {
      return Optional.of(RESERVED);
    }
    if (topic.startsWith("!")) {
      return Optional.of("begins with '!', which no subscription can match");
    }
    if (topic.contains("*") || topic.contains(">")) {
      return Optional.of("has a wildcard; an event is published to one topic");
    }
    return sizeProblem(topic, ROUTE_BYTES_MAX)
        .or(() -> emptyLevelProblem(topic))
        .or(() -> placeholderProblem(topic, pattern));
  }

  private static Optional<String> placeholderProblem(String topic, boolean pattern) {
    boolean rest = topic.endsWith("/" + TopicTemplate.REST);
    String fixed = rest ? topic.substring(0, topic.lastIndexOf('/')) : topic;
    for (String level : levels(fixed)) {
      if (level.contains("{") || level.contains("}")) {
        return Optional.of(
            "has the level "
                + Quoted.of(level)
                + "; the only placeholder is "
                + TopicTemplate.REST
                + " as the last level, and the account is added after it");
      }
    }
    return rest && !pattern
        ? Optional.of("has {rest}, but its event type has no star")
        : Optional.empty();
  }

  private static Optional<String> smfProblem(String topic) {
    Optional<String> empty = emptyLevelProblem(topic);
    if (empty.isPresent()) {
      return empty;
    }
    List<String> levels = levels(topic);
    for (int i = 0; i < levels.size(); i++) {
      String level = levels.get(i);
      boolean last = i == levels.size() - 1;
      int star = level.indexOf('*');
      if (star >= 0 && star < level.length() - 1) {
        return Optional.of("has a '*' that is not at the end of a level");
      }
      if (level.contains(">") && !(last && level.equals(">"))) {
        return Optional.of("has a '>' that is not the whole last level");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> mqttProblem(String topic) {
    List<String> levels = levels(topic);
    for (int i = 0; i < levels.size(); i++) {
      String level = levels.get(i);
      boolean last = i == levels.size() - 1;
      if (level.contains("+") && !level.equals("+")) {
        return Optional.of("has a '+' that is not a whole level");
      }
      if (level.contains("#") && !(last && level.equals("#"))) {
        return Optional.of("has a '#' that is not the whole last level");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> sizeProblem(String topic, int bytesMax) {
    int bytes = topic.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0) {
      return Optional.of("is empty");
    }
    if (bytes > bytesMax) {
      return Optional.of("has " + bytes + " bytes; at most " + bytesMax + " are allowed");
    }
    if (levels(topic).size() > LEVELS_MAX) {
      return Optional.of("has more than " + LEVELS_MAX + " levels");
    }
    if (topic.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("contains a control character");
    }
    return Optional.empty();
  }

  private static Optional<String> emptyLevelProblem(String topic) {
    return levels(topic).contains("")
        ? Optional.of("has an empty level (a '/' at the beginning or end, or two in a row)")
        : Optional.empty();
  }

  private static List<String> levels(String topic) {
    return List.of(topic.split("/", -1));
  }
}
