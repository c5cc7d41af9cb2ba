package stripebridge.stripe.event;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// All types of Stripe's snapshot events, each with the kind of its `data.object`: the types that a
/// webhook endpoint can subscribe to in API version [EventSpec#API_VERSION].
public final class EventTypes {
  private static final Map<String, String> OBJECTS = read();

  private EventTypes() {}

  /// All types, sorted.
  public static Set<String> all() {
    return OBJECTS.keySet();
  }

  /// Whether Stripe has this type.
  public static boolean isKnown(String type) {
    return OBJECTS.containsKey(type);
  }

  /// The value of `data.object.object` in events of the type, such as `checkout.session`; empty for
  /// an unknown type.
  public static Optional<String> object(String type) {
    return Optional.ofNullable(OBJECTS.get(type));
  }

  private static Map<String, String> read() {
    Map<String, String> objects = new TreeMap<>();
    for (String line : Resources.text("types.tsv").lines().toList()) {
      String[] cells = line.split("\t", -1);
      objects.put(cells[0], cells[1]);
    }
    return Collections.unmodifiableMap(objects);
  }
}
