package stripebridge.solace.admin;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueFlow;
import stripebridge.core.broker.QueueStatus;

/// Reads from the monitoring API how queues are used.
final class QueueReader {
  private final SempConnection connection;
  private final SempApis apis;
  private final String vpn;

  QueueReader(SempConnection connection, SempApis apis, String vpn) {
    this.connection = connection;
    this.apis = apis;
    this.vpn = vpn;
  }

  List<QueueStatus> queues(String prefix) throws BrokerException, InterruptedException {
    SempOperation operation =
        SempOperation.of("read how the queues of message VPN '" + vpn + "' are used");
    List<QueueStatus> all = new ArrayList<>();
    for (JsonObject page : pages(operation, prefix)) {
      List<JsonObject> rows = SempJson.objects(page, "data");
      List<JsonObject> collections = SempJson.objects(page, "collections");
      for (int at = 0; at < rows.size(); at++) {
        JsonObject below = at < collections.size() ? collections.get(at) : new JsonObject();
        QueueStatus status = status(operation, rows.get(at), below);
        if (status.name().startsWith(prefix)) {
          all.add(status);
        }
      }
    }
    return all;
  }

  private List<JsonObject> pages(SempOperation operation, String prefix)
      throws BrokerException, InterruptedException {
    try {
      return Pages.read(
          connection,
          operation,
          cursor ->
              apis.monitor(api ->
                  api.getMsgVpnQueuesCall(
                      vpn, Pages.SIZE, cursor, beginningWith(prefix), null, null)));
    } catch (BrokerException.Conflict e) {
      // No queue was named, so the message VPN is missing; a retry does not find it either.
      throw new BrokerException.Invalid(String.valueOf(e.getMessage()), e);
    }
  }

  /// Spares reading the other queues. A condition cannot contain a comma; then all are read.
  private static @Nullable List<String> beginningWith(String prefix) {
    return prefix.isEmpty() || prefix.contains(",") ? null : List.of("queueName==" + prefix + "*");
  }

  Optional<QueueStatus> queue(String name) throws BrokerException, InterruptedException {
    if (!PathEncoder.isSegment(name)) {
      return Optional.empty();
    }
    SempOperation operation =
        SempOperation.of("read how queue '%s' in message VPN '%s' is used".formatted(name, vpn));
    Request request = apis.monitor(api -> api.getMsgVpnQueueCall(vpn, name, null, null));
    return switch (connection.ask(operation, request)) {
      case SempResponse.Done(JsonObject body) ->
          Optional.of(
              status(
                  operation, SempJson.object(body, "data"), SempJson.object(body, "collections")));
      case SempResponse.Refusal refusal when refusal.isNotFound() -> Optional.empty();
      case SempResponse.Refusal refusal -> throw SempErrors.of(operation, refusal);
    };
  }

  List<QueueFlow> flows(String queue) throws BrokerException, InterruptedException {
    SempOperation operation =
        SempOperation.of("read the flows of queue '%s' in message VPN '%s'".formatted(queue, vpn));
    List<JsonObject> rows =
        Pages.objects(
            Pages.read(
                connection,
                operation,
                cursor ->
                    apis.monitor(api ->
                        api.getMsgVpnQueueTxFlowsCall(
                            vpn, queue, Pages.SIZE, cursor, null, null, null))));
    return rows.stream()
        .map(row ->
            new QueueFlow(
                number(row, "flowId"),
                SempJson.text(row, "clientName").orElse(""),
                SempJson.text(row, "activityState").orElse(""),
                number(row, "unackedMsgCount"),
                number(row, "windowSize"),
                Instant.ofEpochSecond(number(row, "bindTime"))))
        .toList();
  }

  List<String> subscriptions(String queue) throws BrokerException, InterruptedException {
    SempOperation operation =
        SempOperation.of(
            "read the subscriptions of queue '%s' in message VPN '%s'".formatted(queue, vpn));
    return Pages.objects(
            Pages.read(
                connection,
                operation,
                cursor ->
                    apis.monitor(api ->
                        api.getMsgVpnQueueSubscriptionsCall(
                            vpn, queue, Pages.SIZE, cursor, null, null, null))))
        .stream()
        .map(row -> SempJson.text(row, "subscriptionTopic").orElse(""))
        .toList();
  }

  Optional<Instant> spooledAt(String queue, long messageId)
      throws BrokerException, InterruptedException {
    SempOperation operation =
        SempOperation.of(
            "read when message %d was spooled to queue '%s' in message VPN '%s'"
                .formatted(messageId, queue, vpn));
    Request request =
        apis.monitor(
            api -> api.getMsgVpnQueueMsgCall(vpn, queue, Long.toString(messageId), null, null));
    return switch (connection.ask(operation, request)) {
      case SempResponse.Done(JsonObject body) -> {
        OptionalLong seconds = SempJson.number(SempJson.object(body, "data"), "spooledTime");
        yield seconds.isPresent()
            ? Optional.of(Instant.ofEpochSecond(seconds.getAsLong()))
            : Optional.empty();
      }
      case SempResponse.Refusal refusal when refusal.isNotFound() -> Optional.empty();
      case SempResponse.Refusal refusal -> throw SempErrors.of(operation, refusal);
    };
  }

  /// @param below the counts of the queue's collections: the only place where SEMP says how many
  ///   messages are in it now. Taking a missing count for 0 could lose messages.
  private QueueStatus status(SempOperation operation, JsonObject row, JsonObject below)
      throws BrokerException, InterruptedException {
    String name = SempJson.text(row, "queueName").orElse("");
    OptionalLong depth = count(below, "msgs");
    OptionalLong flows = count(below, "txFlows");
    return new QueueStatus(
        name,
        depth.isPresent() ? depth.getAsLong() : leastDepth(operation, row),
        depth.isPresent(),
        number(row, "lowestMsgId"),
        number(row, "txUnackedMsgCount"),
        number(row, "msgSpoolUsage"),
        number(row, "maxMsgSpoolUsage"),
        flows.isPresent() ? flows.getAsLong() : flows(name).size(),
        SempJson.isTrue(row, "ingressEnabled"),
        SempJson.isTrue(row, "egressEnabled"),
        SempJson.text(row, "deadMsgQueue").orElse(""),
        new QueueStatus.Counters(
            number(row, "spooledMsgCount"),
            number(row, "redeliveredMsgCount"),
            number(row, "deletedMsgCount"),
            number(row, "maxTtlExpiredToDmqMsgCount")
                + number(row, "maxRedeliveryExceededToDmqMsgCount"),
            number(row, "maxTtlExpiredToDmqFailedMsgCount")
                + number(row, "maxRedeliveryExceededToDmqFailedMsgCount"),
            discarded(row)));
  }

  private static OptionalLong count(JsonObject below, String collection) {
    return SempJson.number(SempJson.object(below, collection), "count");
  }

  /// For a broker that returns no count: never 0 while the queue holds something.
  private static long leastDepth(SempOperation operation, JsonObject row) throws BrokerException {
    OptionalLong bytes = SempJson.number(row, "msgSpoolUsage");
    if (bytes.isEmpty()) {
      throw new BrokerException.Unavailable(
          "cannot " + operation.text() + ": SEMP returned no message count", null);
    }
    return Math.max(number(row, "txUnackedMsgCount"), bytes.getAsLong() > 0 ? 1 : 0);
  }

  private static Map<String, Long> discarded(JsonObject row) {
    Map<String, Long> discarded = new TreeMap<>();
    for (String name : row.keySet()) {
      long count = number(row, name);
      if (name.endsWith("DiscardedMsgCount") && count > 0) {
        discarded.put(name, count);
      }
    }
    return discarded;
  }

  private static long number(JsonObject row, String name) {
    return SempJson.number(row, name).orElse(0);
  }
}
