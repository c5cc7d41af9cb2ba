package stripebridge.sandbox.internal.semp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.sandbox.internal.broker.BrokerManagement;
import stripebridge.sandbox.internal.broker.BrokerManagement.QueueSnapshot;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// The monitor API: configuration objects with their state, and the live objects below them.
/// Temporary queues are visible here and not in the config API.
final class MonitorApi {

  private final BrokerManagement broker;
  private final SempSchema shape;
  private final LiveRows live;

  MonitorApi(BrokerManagement broker, SempSchema shape, LiveRows live) {
    this.broker = broker;
    this.shape = shape;
    this.live = live;
  }

  SempResponse answer(Request request, Resource resource) {
    if (!request.method().equals("GET")) {
      throw request.notSupported();
    }
    return switch (resource) {
      case Resource.Collection(Optional<ObjectKey> parent, ObjectKind kind) ->
          Pages.page(request, source(request, parent, kind), shape.monitorNames(kind));
      case Resource.Single(ObjectKey key) ->
          Pages.single(request, get(request, key), shape.monitorNames(key.kind()));
      case Resource.LiveCollection(ObjectKey owner, Resource.Live kind) ->
          Pages.page(request, source(request, owner, kind), shape.liveNames(kind));
      case Resource.LiveSingle single ->
          Pages.single(request, get(request, single), shape.liveNames(single.live()));
      default -> throw Resource.invalid(request.segments());
    };
  }

  /// The object, or a refusal that names it.
  Row get(Request request, ObjectKey key) {
    return row(request, key)
        .orElseThrow(() -> new RefusedException(SempCode.NOT_FOUND, "there is no " + key));
  }

  Row get(Request request, Resource.LiveSingle single) {
    get(request, single.owner());
    return live.find(request, single)
        .orElseThrow(() ->
            new RefusedException(
                SempCode.NOT_FOUND,
                "%s has no %s '%s'".formatted(single.owner(), single.live().idName, single.id())));
  }

  Pages.Source source(Request request, ObjectKey owner, Resource.Live kind) {
    get(request, owner);
    return live.source(request, owner, kind);
  }

  Pages.Source source(Request request, Optional<ObjectKey> parent, ObjectKind kind) {
    parent.ifPresent(key -> get(request, key));
    if (kind == ObjectKind.QUEUE) {
      return Pages.of(
          broker.queues(parent.orElseThrow().name()),
          queue -> ConfigApi.ownNames(queue.attributes()),
          queue -> row(request, queue));
    }
    List<Attributes> objects =
        parent.map(key -> broker.children(key, kind)).orElseGet(broker::vpns).stream()
            .filter(object -> request.user().sees(object.text("msgVpnName")))
            .toList();
    return Pages.of(objects, ConfigApi::ownNames, object -> row(request, object));
  }

  private Optional<Row> row(Request request, ObjectKey key) {
    return key.kind() == ObjectKind.QUEUE
        ? broker.queue(key.names().getFirst(), key.name()).map(queue -> row(request, queue))
        : broker.find(key).map(object -> row(request, object));
  }

  private Row row(Request request, Attributes object) {
    ObjectKey key = object.key();
    Map<String, Object> data = shape.visible(object);
    Map<String, Object> counts = counts(key);
    if (key.kind() == ObjectKind.MSG_VPN) {
      broker.vpn(key.name()).ifPresent(vpn -> data.putAll(live.status(vpn)));
      counts.put("queues", count(broker.queues(key.name()).size()));
      counts.put("clients", count(broker.clients(key.name()).size()));
    }
    return row(request, key, data, counts);
  }

  private Row row(Request request, QueueSnapshot queue) {
    ObjectKey key = queue.attributes().key();
    Map<String, Object> data = shape.visible(queue.attributes());
    data.putAll(live.status(queue));
    Map<String, Object> counts = counts(key);
    counts.put("msgs", count(queue.depth()));
    counts.put("txFlows", count(queue.bindCount()));
    return row(request, key, data, counts);
  }

  private Row row(
      Request request, ObjectKey key, Map<String, Object> data, Map<String, Object> counts) {
    Map<String, Object> links =
        Links.of(Links.uri(request, key), SempSchema.collectionsBelow(key.kind()));
    return new Row(ownNames(key), data, counts, links);
  }

  private Map<String, Object> counts(ObjectKey key) {
    LinkedHashMap<String, Object> counts = new LinkedHashMap<>();
    for (ObjectKind kind : key.kind().children()) {
      if (kind != ObjectKind.QUEUE) {
        counts.put(kind.collection(), count(broker.children(key, kind).size()));
      }
    }
    return counts;
  }

  private static Map<String, Object> count(long number) {
    return Map.of("count", number);
  }

  private static List<String> ownNames(ObjectKey key) {
    List<String> all = key.names();
    return all.subList(all.size() - key.kind().ownNames().size(), all.size());
  }
}
