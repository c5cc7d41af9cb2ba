package stripebridge.sandbox.internal.semp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import stripebridge.sandbox.internal.model.SempVersion;

/// The actions of the action API, with their objects, SEMP version and arguments.
enum Action {
  CLEAR_VPN_STATS("msgVpns", "clearStats", "2.11"),
  CLEAR_QUEUE_STATS("queues", "clearStats", "2.11"),
  COPY_MSG_FROM_QUEUE(
      "queues", "copyMsgFromQueue", "2.29", "sourceQueueName", "replicationGroupMsgId"),
  DELETE_MSGS("queues", "deleteMsgs", "2.28"),
  START_REPLAY("queues", "startReplay", "2.11", "replayLogName", "fromTime", "afterMsg"),
  CANCEL_REPLAY("queues", "cancelReplay", "2.11", "forceComplete"),
  DELETE_MSG("msgs", "delete", "2.11"),
  DISCONNECT("clients", "disconnect", "2.11");

  private final String collection;
  private final String segment;
  private final String since;

  // Set.of makes it immutable; the checker cannot see that.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<String> arguments;

  Action(String collection, String segment, String since, String... arguments) {
    this.collection = collection;
    this.segment = segment;
    this.since = since;
    this.arguments = Set.of(arguments);
  }

  Set<String> arguments() {
    return arguments;
  }

  /// The path segments of the actions on a collection's objects.
  static List<String> on(String collection, SempVersion version) {
    return Arrays.stream(values())
        .filter(action -> action.collection.equals(collection) && action.isKnownIn(version))
        .map(action -> action.segment)
        .toList();
  }

  static Optional<Action> find(String collection, String segment, SempVersion version) {
    return Arrays.stream(values())
        .filter(action -> action.collection.equals(collection) && action.isKnownIn(version))
        .filter(action -> action.segment.equals(segment))
        .findFirst();
  }

  private boolean isKnownIn(SempVersion version) {
    return SempVersion.parse(since).compareTo(version) <= 0;
  }
}
