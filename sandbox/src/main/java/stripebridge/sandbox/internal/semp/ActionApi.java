package stripebridge.sandbox.internal.semp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import stripebridge.sandbox.internal.broker.BrokerState;
import stripebridge.sandbox.internal.model.Kind;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// The action API: what can be done to message VPNs, queues, messages and clients. Its objects show
/// their names and the actions on them.
final class ActionApi {

  private final BrokerState broker;
  private final Shape shape;
  private final MonitorApi monitor;

  ActionApi(BrokerState broker, Shape shape, MonitorApi monitor) {
    this.broker = broker;
    this.shape = shape;
    this.monitor = monitor;
  }

  Answer answer(Request request, Resource resource) {
    if (resource instanceof Resource.Action(var target, var segment)) {
      return act(request, target, segment);
    }
    if (!request.method().equals("GET")) {
      throw request.notSupported();
    }
    // The same objects as in the monitor API, which also says what is missing.
    return switch (resource) {
      case Resource.Collection(var parent, var kind) when hasActions(kind) ->
          Pages.page(
              request,
              (after, countMax) ->
                  monitor.source(request, parent, kind).after(after, countMax).stream()
                      .map(row -> namesOnly(row, kind))
                      .toList(),
              shape.namingAttributes(kind));
      case Resource.Single(var key) when hasActions(key.kind()) ->
          Pages.single(
              request,
              namesOnly(monitor.get(request, key), key.kind()),
              shape.namingAttributes(key.kind()));
      case Resource.LiveCollection(var owner, var live) when hasActions(live) ->
          Pages.page(
              request,
              (after, countMax) ->
                  monitor.source(request, owner, live).after(after, countMax).stream()
                      .map(row -> namesOnly(row, live))
                      .toList(),
              shape.namingAttributes(live));
      case Resource.LiveSingle single when hasActions(single.live()) ->
          Pages.single(
              request,
              namesOnly(monitor.get(request, single), single.live()),
              shape.namingAttributes(single.live()));
      default -> throw Resource.invalid(request.segments());
    };
  }

  private boolean hasActions(Kind kind) {
    return !Action.on(kind.collection(), shape.version()).isEmpty();
  }

  private boolean hasActions(Resource.Live live) {
    return !Action.on(live.collection, shape.version()).isEmpty();
  }

  private Row namesOnly(Row row, Kind kind) {
    var below = new ArrayList<>(Action.on(kind.collection(), shape.version()));
    Shape.collectionsBelow(kind).stream()
        .filter(collection -> !Action.on(collection, shape.version()).isEmpty())
        .forEach(below::add);
    return row(row, shape.namingAttributes(kind), below);
  }

  private Row namesOnly(Row row, Resource.Live live) {
    return row(row, shape.namingAttributes(live), Action.on(live.collection, shape.version()));
  }

  private static Row row(Row row, Set<String> names, List<String> below) {
    var data = new LinkedHashMap<>(row.data());
    data.keySet().retainAll(names);
    var uri = String.valueOf(row.links().get("uri"));
    return new Row(row.id(), data, Map.of(), Links.of(uri, below));
  }

  private Answer act(Request request, Resource target, String segment) {
    var collection =
        switch (target) {
          case Resource.Single(var key) -> key.kind().collection();
          case Resource.LiveSingle single -> single.live().collection;
          default -> throw Resource.invalid(request.segments());
        };
    var action =
        Action.find(collection, segment, shape.version())
            .orElseThrow(() -> Resource.invalid(request.segments()));
    if (!request.method().equals("PUT")) {
      throw request.notSupported();
    }
    var arguments = request.json();
    for (var name : arguments.keySet()) {
      if (!action.arguments().contains(name)) {
        throw new RefusedException(
            SempCode.INVALID_PARAMETER, "%s has no attribute '%s'".formatted(segment, name));
      }
    }
    switch (target) {
      case Resource.Single(var key) -> {
        monitor.get(request, key);
        act(action, key, arguments);
      }
      case Resource.LiveSingle single -> {
        monitor.get(request, single);
        act(action, single);
      }
      default -> throw Resource.invalid(request.segments());
    }
    return Answer.done(request);
  }

  private void act(Action action, ObjectKey key, Map<String, Object> arguments) {
    var vpn = key.names().getFirst();
    var queue = key.name();
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
    var vpn = target.owner().names().getFirst();
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
