package stripebridge.sandbox.internal.semp;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.sandbox.internal.broker.BrokerManagement;
import stripebridge.sandbox.internal.broker.BrokerManagement.ClientSnapshot;
import stripebridge.sandbox.internal.broker.BrokerManagement.FlowSnapshot;
import stripebridge.sandbox.internal.broker.BrokerManagement.MessageSnapshot;
import stripebridge.sandbox.internal.broker.BrokerManagement.QueueSnapshot;
import stripebridge.sandbox.internal.broker.BrokerManagement.VpnSnapshot;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// Maps the engine's snapshots to SEMP's monitor attributes: times in seconds, sizes in bytes.
final class LiveRows {

  private final BrokerManagement broker;
  private final SempSchema shape;
  private final InstantSource clock;

  LiveRows(BrokerManagement broker, SempSchema shape, InstantSource clock) {
    this.broker = broker;
    this.shape = shape;
    this.clock = clock;
  }

  Map<String, Object> status(VpnSnapshot vpn) {
    return shape.known(
        "MsgVpn",
        Map.of(
            "state", vpn.state(),
            "failureReason", vpn.state().equals("up") ? "" : "Message VPN is shut down",
            "msgSpoolUsage", vpn.spooledBytes(),
            "msgSpoolMsgCount", vpn.spooledMessages()));
  }

  Map<String, Object> status(QueueSnapshot queue) {
    LinkedHashMap<String, Object> status = new LinkedHashMap<>();
    status.put("durable", queue.durable());
    status.put("createdByManagement", queue.createdByManagement());
    status.put("msgSpoolUsage", queue.spooledBytes());
    status.put("msgSpoolPeakUsage", queue.spooledBytesPeak());
    status.put("txUnackedMsgCount", queue.unackedMessages());
    status.put("lowestMsgId", queue.lowestId());
    status.put("highestMsgId", queue.highestId());
    status.put("lastSpooledMsgId", queue.lastSpooledId());
    queue.counters().forEach((counter, value) -> status.put(counter.sempName(), value));
    return shape.known("MsgVpnQueue", status);
  }

  /// The rows of a live collection, in order.
  Pages.Source source(Request request, ObjectKey owner, Resource.Live live) {
    String vpn = owner.names().getFirst();
    return switch (live) {
      case CLIENTS ->
          Pages.of(
              broker.clients(vpn),
              client -> List.of(client.name()),
              client -> row(request, owner, live, client.name(), data(client)));
      case TX_FLOWS ->
          Pages.of(
              broker.flows(vpn, owner.name()),
              flow -> List.of(ordered(flow.flowId())),
              flow -> row(request, owner, live, String.valueOf(flow.flowId()), data(flow)));
      case MSGS ->
          (after, countMax) ->
              broker
                  .messages(vpn, owner.name(), after.map(LiveRows::messageId).orElse(-1L), countMax)
                  .stream()
                  .map(message ->
                      row(request, owner, live, String.valueOf(message.id()), data(message)))
                  .toList();
    };
  }

  Optional<Row> find(Request request, Resource.LiveSingle single) {
    if (single.live() == Resource.Live.MSGS) {
      // A queue can be long: ask for the one message.
      return number(single.id())
          .flatMap(id ->
              source(request, single.owner(), single.live())
                  .after(Optional.of(List.of(String.valueOf(id - 1))), 1)
                  .stream()
                  .filter(row -> id.equals(row.data().get("msgId")))
                  .findFirst());
    }
    return source(request, single.owner(), single.live())
        .after(Optional.empty(), Integer.MAX_VALUE)
        .stream()
        .filter(row -> String.valueOf(row.data().get(single.live().idName)).equals(single.id()))
        .findFirst();
  }

  private Row row(
      Request request, ObjectKey owner, Resource.Live live, String id, Map<String, Object> data) {
    LinkedHashMap<String, Object> all = new LinkedHashMap<>(owner.asAttributes());
    all.putAll(data);
    String uri =
        "%s/%s/%s"
            .formatted(Links.uri(request, owner), live.collection, PercentEncoding.encode(id));
    return new Row(
        id(live, id), shape.known(live.sempName, all), Map.of(), Links.of(uri, List.of()));
  }

  private static List<String> id(Resource.Live live, String id) {
    return List.of(live == Resource.Live.TX_FLOWS ? ordered(Long.parseLong(id)) : id);
  }

  /// A number as text that sorts numerically.
  private static String ordered(long number) {
    return "%019d".formatted(number);
  }

  private static Optional<Long> number(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static long messageId(List<String> id) {
    return number(id.getFirst())
        .orElseThrow(() ->
            new RefusedException(
                SempCode.INVALID_PARAMETER,
                "query parameter 'cursor' does not come from a queue's messages"));
  }

  private static Map<String, Object> data(MessageSnapshot message) {
    LinkedHashMap<String, Object> data = new LinkedHashMap<>();
    data.put("msgId", message.id());
    data.put("replicationGroupMsgId", message.replicationGroupId());
    data.put("dmqEligible", message.dmqEligible());
    data.put("expiryTime", seconds(message.expiryMillis()));
    data.put("priority", message.priority());
    data.put("redeliveryCount", message.redeliveries());
    data.put("spooledTime", seconds(message.spooledMillis()));
    data.put("undelivered", message.undelivered());
    data.put("contentSize", message.contentBytes());
    data.put("attachmentSize", message.attachmentBytes());
    data.put("publisherId", message.publisherId());
    if (!message.partitionKey().isEmpty()) {
      data.put("partitionKey", message.partitionKey());
    }
    return data;
  }

  private static Map<String, Object> data(FlowSnapshot flow) {
    LinkedHashMap<String, Object> data = new LinkedHashMap<>();
    data.put("flowId", flow.flowId());
    data.put("clientName", flow.clientName());
    data.put("activityState", flow.activity());
    data.put("bindTime", seconds(flow.bindMillis()));
    data.put("windowSize", flow.window());
    data.put("unackedMsgCount", flow.unackedMessages());
    data.put("ackedMsgCount", flow.ackedMessages());
    data.put("redeliveredMsgCount", flow.redeliveredMessages());
    return data;
  }

  private Map<String, Object> data(ClientSnapshot client) {
    LinkedHashMap<String, Object> data = new LinkedHashMap<>();
    data.put("clientName", client.name());
    data.put("clientUsername", client.username());
    data.put("clientProfileName", client.profile());
    data.put("aclProfileName", client.aclProfile());
    data.put("clientAddress", client.address());
    data.put("description", client.description());
    data.put("platform", client.platform());
    data.put("softwareVersion", client.softwareVersion());
    data.put("uptime", seconds(clock.millis() - client.connectedMillis()));
    data.put("dataRxMsgCount", client.receivedMessages());
    data.put("dataTxMsgCount", client.sentMessages());
    return data;
  }

  private static long seconds(long millis) {
    return millis / 1000;
  }
}
