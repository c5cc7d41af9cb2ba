package stripebridge.service.http;

import io.helidon.common.uri.UriQuery;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import stripebridge.core.problem.Quoted;

/// The parts that a request to `/ready` leaves out: `exclude=broker,topics`, also repeated.
///
/// @param parts parts to leave out
/// @param unknown names without a part
record ReadyExclusions(Set<String> parts, Set<String> unknown) {
  static final String BROKER = "broker";
  static final String INBOX = "inbox";
  static final String RELAY = "relay";
  static final String TOPICS = "topics";
  static final String LOSS = "loss";
  static final String SERVICE = "service";

  private static final int NAMED_MAX = 3;
  private static final List<String> PARTS = List.of(BROKER, INBOX, RELAY, TOPICS, LOSS, SERVICE);

  static ReadyExclusions of(UriQuery query) {
    Set<String> parts = new TreeSet<>();
    Set<String> unknown = new TreeSet<>();
    for (String value : query.all("exclude", List::of)) {
      for (String item : value.split(",", -1)) {
        String name = item.strip();
        if (!name.isEmpty()) {
          (PARTS.contains(name) ? parts : unknown).add(name);
        }
      }
    }
    return new ReadyExclusions(parts, unknown);
  }

  /// A probe that is misspelled must fail when it is set up, not when the broker is away.
  JsonResponse refusal() {
    return JsonResponse.error(
        400,
        "unknown_part",
        "Unknown in exclude: %s. The parts are %s."
            .formatted(
                String.join(", ", unknown.stream().limit(NAMED_MAX).map(Quoted::of).toList()),
                String.join(", ", PARTS)));
  }
}
