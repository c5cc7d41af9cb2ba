package stripebridge.sandbox.internal.semp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// The resource that a path names.
sealed interface Resource {

  record Collection(Optional<ObjectKey> parent, ObjectKind kind) implements Resource {}

  record Single(ObjectKey key) implements Resource {}

  /// Live objects, which exist only on a running broker, below a configuration object.
  record LiveCollection(ObjectKey owner, Live live) implements Resource {}

  record LiveSingle(ObjectKey owner, Live live, String id) implements Resource {}

  /// An action on a [Single] or a [LiveSingle].
  record Action(Resource target, String name) implements Resource {}

  /// `/about` and below.
  record About(String what) implements Resource {}

  /// The kinds of live objects, which come and go while the broker runs.
  enum Live {
    CLIENTS("clients", ObjectKind.MSG_VPN, "MsgVpnClient", "clientName"),
    MSGS("msgs", ObjectKind.QUEUE, "MsgVpnQueueMsg", "msgId"),
    TX_FLOWS("txFlows", ObjectKind.QUEUE, "MsgVpnQueueTxFlow", "flowId");

    final String collection;
    final ObjectKind owner;
    final String sempName;
    final String idName;

    Live(String collection, ObjectKind owner, String sempName, String idName) {
      this.collection = collection;
      this.owner = owner;
      this.sempName = sempName;
      this.idName = idName;
    }
  }

  /// Reads a path below the API's base.
  ///
  /// @param segments not decoded: only the encoding tells a comma between names from a comma in a
  ///   name
  static Resource parse(List<String> segments) {
    if (segments.getFirst().equals("about")) {
      return new About(String.join("/", segments.subList(1, segments.size())));
    }
    if (!segments.getFirst().equals(ObjectKind.MSG_VPN.collection())) {
      throw invalid(segments);
    }
    Resource found = new Collection(Optional.empty(), ObjectKind.MSG_VPN);
    for (String segment : segments.subList(1, segments.size())) {
      found = below(found, segment, segments);
    }
    return found;
  }

  private static Resource below(Resource resource, String segment, List<String> segments) {
    return switch (resource) {
      case Collection(Optional<ObjectKey> parent, ObjectKind kind) ->
          new Single(key(parent, kind, segment, segments));
      case LiveCollection(ObjectKey owner, Resource.Live live) ->
          new LiveSingle(owner, live, PercentEncoding.decode(segment));
      case Single(ObjectKey key) -> belowObject(key, segment);
      case LiveSingle live -> new Action(live, segment);
      case Action _, About _ -> throw invalid(segments);
    };
  }

  private static Resource belowObject(ObjectKey key, String segment) {
    for (ObjectKind kind : key.kind().children()) {
      if (kind.collection().equals(segment)) {
        return new Collection(Optional.of(key), kind);
      }
    }
    for (Live live : Live.values()) {
      if (live.owner == key.kind() && live.collection.equals(segment)) {
        return new LiveCollection(key, live);
      }
    }
    return new Action(new Single(key), segment);
  }

  private static ObjectKey key(
      Optional<ObjectKey> parent, ObjectKind kind, String segment, List<String> segments) {
    int count = kind.ownNames().size();
    // A single name may contain a bare comma; only a composite name is split at it.
    List<String> parts = count == 1 ? List.of(segment) : List.of(segment.split(",", count));
    if (parts.size() != count) {
      throw new RefusedException(
          SempCode.INVALID_PATH,
          "a %s is named by %s, separated by an unencoded comma: /%s"
              .formatted(
                  kind.label(), String.join(",", kind.ownNames()), String.join("/", segments)));
    }
    ArrayList<String> names = new ArrayList<>(parent.map(ObjectKey::names).orElse(List.of()));
    parts.forEach(part -> names.add(PercentEncoding.decode(part)));
    return new ObjectKey(kind, names);
  }

  static RefusedException invalid(List<String> segments) {
    return new RefusedException(
        SempCode.INVALID_PATH, "there is no resource /" + String.join("/", segments));
  }
}
