package stripebridge.sandbox.internal.semp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import stripebridge.sandbox.internal.broker.BrokerManagement;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// The action API for message VPNs, queues, messages and clients. Its objects show their names and
/// their actions.
final class ActionApi {

  private final BrokerManagement broker;
  private final SempSchema shape;
  private final MonitorApi monitor;

  ActionApi(BrokerManagement broker, SempSchema shape, MonitorApi monitor) {
    this.broker = broker;
    this.shape = shape;
    this.monitor = monitor;
  }

  SempResponse answer(Request request, Resource resource) {
    if (resource instanceof Resource.Action(Resource target, String segment)) {
      return act(request, target, segment);
    }
    if (!request.method().equals("GET")) {
      throw request.notSupported();
    }
    // The objects are the monitor API's, which also refuses missing ones.
    return switch (resource) {
      case Resource.Collection(Optional<ObjectKey> parent, ObjectKind kind) ->
          page(request, view(request, kind), () -> monitor.source(request, parent, kind));
      case Resource.Single(ObjectKey key) ->
          single(request, view(request, key.kind()), () -> monitor.get(request, key));
      case Resource.LiveCollection(ObjectKey owner, Resource.Live live) ->
          page(request, view(request, live), () -> monitor.source(request, owner, live));
      case Resource.LiveSingle live ->
          single(request, view(request, live.live()), () -> monitor.get(request, live));
      default -> throw Resource.invalid(request.segments());
    };
  }

  /// An object in this API: its names, and links to its actions and child collections.
  private record ActionView(Set<String> names, List<String> below) {

    Row of(Row row) {
      LinkedHashMap<String, Object> data = new LinkedHashMap<>(row.data());
      data.keySet().retainAll(names);
      String uri = String.valueOf(row.links().get("uri"));
      return new Row(row.id(), data, Map.of(), Links.of(uri, below));
    }
  }

  private ActionView view(Request request, ObjectKind kind) {
    ArrayList<String> below = new ArrayList<>(actions(request, kind.collection()));
    SempSchema.collectionsBelow(kind).stream()
        .filter(collection -> !Action.on(collection, shape.version()).isEmpty())
        .forEach(below::add);
    return new ActionView(shape.namingAttributes(kind), below);
  }

  private ActionView view(Request request, Resource.Live live) {
    return new ActionView(shape.namingAttributes(live), actions(request, live.collection));
  }

  /// Objects without actions are not in this API.
  private List<String> actions(Request request, String collection) {
    List<String> actions = Action.on(collection, shape.version());
    if (actions.isEmpty()) {
      throw Resource.invalid(request.segments());
    }
    return actions;
  }

  private static SempResponse page(
      Request request, ActionView view, Supplier<Pages.Source> source) {
    Pages.Source rows = source.get();
    return Pages.page(
        request,
        (after, countMax) -> rows.after(after, countMax).stream().map(view::of).toList(),
        view.names());
  }

  private static SempResponse single(Request request, ActionView view, Supplier<Row> row) {
    return Pages.single(request, view.of(row.get()), view.names());
  }

  private SempResponse act(Request request, Resource target, String segment) {
    String collection =
        switch (target) {
          case Resource.Single(ObjectKey key) -> key.kind().collection();
          case Resource.LiveSingle single -> single.live().collection;
          default -> throw Resource.invalid(request.segments());
        };
    Action action =
        Action.find(collection, segment, shape.version())
            .orElseThrow(() -> Resource.invalid(request.segments()));
    if (!request.method().equals("PUT")) {
      throw request.notSupported();
    }
    Map<String, Object> arguments = request.json();
    for (String name : arguments.keySet()) {
      if (!action.arguments().contains(name)) {
        throw new RefusedException(
            SempCode.INVALID_PARAMETER, "%s has no attribute '%s'".formatted(segment, name));
      }
    }
    switch (target) {
      case Resource.Single(ObjectKey key) -> {
        monitor.get(request, key);
        act(action, key, arguments);
      }
      case Resource.LiveSingle single -> {
        monitor.get(request, single);
        act(action, single);
      }
      default -> throw Resource.invalid(request.segments());
    }
    return SempResponse.done(request);
  }

  private void act(Action action, ObjectKey key, Map<String, Object> arguments) {
    String vpn = key.names().getFirst();
    String queue = key.name();
    switch (action) {
      case CLEAR_VPN_STATS -> broker.clearVpnStats(vpn);
      case CLEAR_QUEUE_STATS -> broker.clearQueueStats(vpn, queue);
      case DELETE_MSGS -> broker.deleteMessages(vpn, queue);
      case COPY_MSG_FROM_QUEUE ->
          broker.copyMessage(
              vpn,
              queue,
              text(arguments, "sourceQueueName"),
              text(arguments, "replicationGroupMsgId"));
      case START_REPLAY ->
          throw new RefusedException(
              SempCode.NOT_FOUND,
              "there is no replay log '%s': the sandbox keeps none"
                  .formatted(arguments.getOrDefault("replayLogName", "")));
      case CANCEL_REPLAY ->
          throw new RefusedException(
              SempCode.NOT_ALLOWED, "%s is not being replayed to".formatted(key));
      case DELETE_MSG, DISCONNECT -> throw new IllegalStateException(action + " on " + key);
    }
  }

  private void act(Action action, Resource.LiveSingle target) {
    String vpn = target.owner().names().getFirst();
    switch (action) {
      case DELETE_MSG ->
          broker.deleteMessage(vpn, target.owner().name(), Long.parseLong(target.id()));
      case DISCONNECT -> broker.disconnectClient(vpn, target.id());
      default -> throw new IllegalStateException(action + " on " + target);
    }
  }

  private static String text(Map<String, Object> arguments, String name) {
    return switch (arguments.get(name)) {
      case String text -> text;
      case null ->
          throw new RefusedException(
              SempCode.MISSING_PARAMETER, "attribute '%s' is missing".formatted(name));
      case Object other ->
          throw new RefusedException(
              SempCode.INVALID_PARAMETER,
              "attribute '%s' is not a string: %s".formatted(name, other));
    };
  }
}
