package stripebridge.core.finding;

import java.util.List;
import stripebridge.core.routing.Topic;
import stripebridge.core.topology.model.TopicRules;

/// Decides whether SMF subscriptions attract the topics of a route. The account, which is the last
/// level of every topic, and the part that a route's star matches are not known in advance.
public final class Subscription {
  /// Stands for any one level. No legal level has this character.
  private static final String ANY_LEVEL = "\0";

  /// Stands for one level or more.
  private static final String ANY_LEVELS = "\0\0";

  private Subscription() {}

  /// Whether a queue with these subscriptions receives messages of exactly this topic.
  public static boolean attracts(Iterable<String> subscriptions, String topic) {
    return attracts(subscriptions, List.of(topic.split("/", -1)));
  }

  /// Whether a queue with these subscriptions receives messages of a topic, ignoring its account.
  public static boolean attracts(Iterable<String> subscriptions, Topic topic) {
    return attracts(subscriptions, levels(topic.withoutAccount(), false));
  }

  /// The same, but only for the topic's own account.
  public static boolean attractsAccount(Iterable<String> subscriptions, Topic topic) {
    return attracts(subscriptions, List.of(topic.name().split("/", -1)));
  }

  /// The topic levels of a route, for the other methods.
  ///
  /// @param template without the account
  /// @param hasRest whether its last level is a placeholder
  static List<String> levels(String template, boolean hasRest) {
    String fixed = hasRest ? template.substring(0, template.lastIndexOf('/')) : template;
    String open = hasRest ? "/" + ANY_LEVELS : "";
    return List.of((fixed + open + "/" + ANY_LEVEL).split("/", -1));
  }

  /// Whether a queue with these subscriptions receives at least some of these topics. A
  /// subscription with `!` excludes the topics that it matches.
  static boolean attracts(Iterable<String> subscriptions, List<String> topic) {
    boolean attracted = false;
    for (String each : subscriptions) {
      String subscription = TopicRules.withoutNoExport(each);
      boolean excludes = subscription.startsWith("!");
      List<String> pattern =
          List.of((excludes ? subscription.substring(1) : subscription).split("/", -1));
      if (excludes && matches(pattern, 0, topic, 0, true)) {
        return false;
      }
      attracted |= !excludes && matches(pattern, 0, topic, 0, false);
    }
    return attracted;
  }

  /// Whether a subscription attracts all of these topics.
  static boolean attractsAll(String subscription, List<String> topic) {
    return matches(List.of(subscription.split("/", -1)), 0, topic, 0, true);
  }

  /// @param whole whether every topic that the levels stand for must match, or only one of them
  private static boolean matches(
      List<String> pattern, int p, List<String> topic, int t, boolean whole) {
    if (p == pattern.size() || t == topic.size()) {
      return p == pattern.size() && t == topic.size();
    }
    if (pattern.get(p).equals(">") && p == pattern.size() - 1) {
      return true;
    }
    if (topic.get(t).equals(ANY_LEVELS)) {
      // At least one level, then the account. A pattern without '>' only matches topics of its own
      // length.
      return !whole && pattern.size() - p >= topic.size() - t;
    }
    return matchesLevel(pattern.get(p), topic.get(t), whole)
        && matches(pattern, p + 1, topic, t + 1, whole);
  }

  private static boolean matchesLevel(String pattern, String level, boolean whole) {
    if (level.equals(ANY_LEVEL)) {
      return !whole || pattern.equals("*");
    }
    return pattern.endsWith("*")
        ? level.startsWith(pattern.substring(0, pattern.length() - 1))
        : pattern.equals(level);
  }
}
