package stripebridge.sandbox.internal.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The rules for topics and subscriptions.
final class Topics {
  private static final int BYTES_MAX = 250;
  private static final int LEVELS_MAX = 128;
  private static final String NO_EXPORT = "#noexport/";
  private static final String SHARE = "#share/";

  private Topics() {}

  /// Whether a topic is short and shallow enough to be routed. Queue and inbox topics may be
  /// longer.
  static boolean isTopic(String topic) {
    return !topic.isEmpty()
        && topic.indexOf('\0') < 0
        && bytes(topic) <= (topic.startsWith("#P2P/") ? BYTES_MAX * 2 : BYTES_MAX)
        && levels(topic).size() <= LEVELS_MAX;
  }

  /// Whether this is a supported subscription. Shared subscriptions are not.
  static boolean isSubscription(String subscription) {
    return isTopic(subscription) && !subscription.startsWith(SHARE);
  }

  /// The subscription without the prefix that hides it from other brokers.
  static String local(String subscription) {
    return subscription.startsWith(NO_EXPORT)
        ? subscription.substring(NO_EXPORT.length())
        : subscription;
  }

  private static int bytes(String text) {
    return text.length() * 3 <= BYTES_MAX
        ? text.length()
        : text.getBytes(StandardCharsets.UTF_8).length;
  }

  static List<String> levels(String topic) {
    ArrayList<String> levels = new ArrayList<>(8);
    int from = 0;
    for (int slash = topic.indexOf('/'); slash >= 0; slash = topic.indexOf('/', from)) {
      levels.add(topic.substring(from, slash));
      from = slash + 1;
    }
    levels.add(topic.substring(from));
    return levels;
  }

  /// Whether `wide` matches every topic that `narrow` matches.
  static boolean covers(String wide, String narrow) {
    List<String> wides = levels(wide);
    List<String> narrows = levels(narrow);
    for (int i = 0; i < wides.size(); i++) {
      if (i >= narrows.size()) {
        return false;
      }
      String own = wides.get(i);
      if (own.equals(">") && i == wides.size() - 1) {
        return true;
      }
      String other = narrows.get(i);
      boolean isRest = other.equals(">") && i == narrows.size() - 1;
      if (isRest || !levelCovers(own, other)) {
        return false;
      }
    }
    return wides.size() == narrows.size();
  }

  private static boolean levelCovers(String wide, String narrow) {
    return wide.endsWith("*")
        ? narrow.startsWith(wide.substring(0, wide.length() - 1))
        : wide.equals(narrow);
  }

  /// Converts a topic filter from MQTT's syntax to SMF's.
  static String fromMqtt(String filter) {
    ArrayList<String> levels = new ArrayList<>();
    for (String level : levels(filter)) {
      levels.add(
          switch (level) {
            case "+" -> "*";
            case "#" -> ">";
            default -> level;
          });
    }
    return String.join("/", levels);
  }
}
