package stripebridge.solace.admin;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.broker.QueueFlow;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SempSettings;
import stripebridge.core.topology.AttributeChange;
import stripebridge.core.topology.AttributeValue;
import stripebridge.core.topology.Change;
import stripebridge.core.topology.Resource;
import stripebridge.semp.ApiClient;
import stripebridge.semp.config.MsgVpnApi;
import stripebridge.semp.config.model.MsgVpnQueue;
import stripebridge.solace.admin.Session.SempOptions;

/// Administers one message VPN over SEMP v2. Thread-safe; asks for four things at once, at most.
public final class SempBrokerAdmin implements BrokerAdmin {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final String vpn;
  private final Session session;
  private final Requests requests = new Requests();
  private final ConfigObjects objects;
  private final TopologyReading reading;
  private final MsgVpnApi config;
  private final stripebridge.semp.monitor.MsgVpnApi monitor;

  private SempBrokerAdmin(SempSettings settings, SempOptions options) throws BrokerException {
    vpn = settings.vpn();
    session = new Session(settings, options);
    ApiClient configClient = session.client("config");
    config = new MsgVpnApi(configClient);
    monitor = new stripebridge.semp.monitor.MsgVpnApi(session.client("monitor"));
    objects = new ConfigObjects(config, vpn);
    reading = new TopologyReading(requests, objects, configClient);
  }

  /// Opens nothing yet: the first request does.
  ///
  /// @param requestsPerSecond to stay below; 0 for no bound
  /// @param timeout for connecting, and for each answer
  /// @throws BrokerException.Invalid when the trusted certificates cannot be used
  public static SempBrokerAdmin of(
      SempSettings settings, double requestsPerSecond, Optional<Duration> timeout)
      throws BrokerException {
    Duration interval =
        requestsPerSecond > 0
            ? Duration.ofNanos((long) (1_000_000_000 / requestsPerSecond))
            : Duration.ZERO;
    return new SempBrokerAdmin(
        settings, new SempOptions(interval, timeout.orElse(TIMEOUT), Patience.Pause.SLEEP));
  }

  static SempBrokerAdmin of(SempSettings settings, SempOptions options) throws BrokerException {
    return new SempBrokerAdmin(settings, options);
  }

  @Override
  public FoundBroker read(PartsOf partsOf) throws BrokerException, InterruptedException {
    return reading.read(partsOf);
  }

  @Override
  public Applied apply(Change change, Map<String, Secret> secrets)
      throws BrokerException, InterruptedException {
    return switch (change) {
      case Change.Create(Resource resource, var attributes) ->
          create(resource, attributes, secrets);
      case Change.Update(Resource resource, var attributes) ->
          update(resource, attributes, secrets);
      case Change.Delete(Resource resource) -> delete(resource);
      case Change.Keep _, Change.Extra _, Change.Foreign _ -> Applied.ALREADY;
    };
  }

  private Applied create(
      Resource resource, Map<String, AttributeValue> attributes, Map<String, Secret> secrets)
      throws BrokerException, InterruptedException {
    String what = "cannot create " + words(resource);
    Map<String, Object> sent = SempValues.sent(attributes, secrets);
    try {
      requests.ask(() -> objects.create(resource, sent));
      return Applied.CHANGED;
    } catch (SempFailure e) {
      if (e.kind() == SempFailure.Kind.EXISTS && isAsWanted(resource, attributes)) {
        return Applied.ALREADY;
      }
      throw e.toBrokerException(what);
    }
  }

  /// Whether somebody else has just made the same, or a repeated request has.
  private boolean isAsWanted(Resource resource, Map<String, AttributeValue> attributes)
      throws BrokerException, InterruptedException {
    Map<String, AttributeValue> visible = new LinkedHashMap<>(attributes);
    visible.values().removeIf(AttributeValue.SecretReference.class::isInstance);
    if (visible.isEmpty()) {
      return true;
    }
    try {
      JsonObject found = requests.ask(() -> objects.read(resource)).getAsJsonObject("data");
      return SempValues.attributes(resource.kind().attributes(), found)
          .entrySet()
          .containsAll(visible.entrySet());
    } catch (SempFailure e) {
      throw e.toBrokerException("cannot read " + words(resource));
    }
  }

  private Applied update(
      Resource resource, List<AttributeChange> changes, Map<String, Secret> secrets)
      throws BrokerException, InterruptedException {
    Map<String, AttributeValue> wanted = new LinkedHashMap<>();
    changes.forEach(change -> wanted.put(change.attribute(), change.wanted()));
    Map<String, Object> sent = SempValues.sent(wanted, secrets);
    ask(
        "cannot change %s of %s".formatted(String.join(", ", wanted.keySet()), words(resource)),
        () -> objects.update(resource, sent));
    return Applied.CHANGED;
  }

  private Applied delete(Resource resource) throws BrokerException, InterruptedException {
    try {
      requests.ask(() -> objects.delete(resource));
      return Applied.CHANGED;
    } catch (SempFailure e) {
      if (e.kind() == SempFailure.Kind.MISSING) {
        return Applied.ALREADY;
      }
      throw e.toBrokerException("cannot delete " + words(resource));
    }
  }

  private String words(Resource resource) {
    String own = "%s '%s'".formatted(resource.type(), resource.name());
    Resource root = resource.root();
    return root.equals(resource)
        ? own + " in VPN '" + vpn + "'"
        : "%s of %s '%s' in VPN '%s'".formatted(own, root.type(), root.name(), vpn);
  }

  private JsonObject ask(String what, Requests.Request request)
      throws BrokerException, InterruptedException {
    try {
      return requests.ask(request);
    } catch (SempFailure e) {
      throw e.toBrokerException(what);
    }
  }

  @Override
  public void setIngress(String queue, boolean enabled)
      throws BrokerException, InterruptedException {
    ask(
        "cannot set ingressEnabled of queue '%s' in VPN '%s'".formatted(queue, vpn),
        () -> config.updateMsgVpnQueue(vpn, queue, new MsgVpnQueue().ingressEnabled(enabled)));
  }

  @Override
  public void setEgress(String queue, boolean enabled)
      throws BrokerException, InterruptedException {
    ask(
        "cannot set egressEnabled of queue '%s' in VPN '%s'".formatted(queue, vpn),
        () -> config.updateMsgVpnQueue(vpn, queue, new MsgVpnQueue().egressEnabled(enabled)));
  }

  @Override
  public List<QueueStatus> queues(String prefix) throws BrokerException, InterruptedException {
    List<String> where = prefix.isEmpty() ? null : List.of("queueName==" + prefix + "*");
    try {
      return requests
          .all(cursor -> monitor.getMsgVpnQueues(vpn, Requests.PAGE, cursor, null, where))
          .stream()
          .map(item -> status(item.data(), item.collections()))
          .toList();
    } catch (SempFailure e) {
      throw e.toBrokerException("cannot list the queues of VPN '" + vpn + "'");
    }
  }

  @Override
  public Optional<QueueStatus> queue(String name) throws BrokerException, InterruptedException {
    try {
      JsonObject answer = requests.ask(() -> monitor.getMsgVpnQueue(vpn, name, null));
      JsonObject collections =
          answer.has("collections") ? answer.getAsJsonObject("collections") : new JsonObject();
      return Optional.of(status(answer.getAsJsonObject("data"), collections));
    } catch (SempFailure e) {
      if (e.kind() == SempFailure.Kind.MISSING) {
        return Optional.empty();
      }
      throw e.toBrokerException("cannot read queue '%s' of VPN '%s'".formatted(name, vpn));
    }
  }

  private static QueueStatus status(JsonObject data, JsonObject collections) {
    Function<String, Long> number = name -> SempValues.number(data, name);
    return new QueueStatus(
        SempValues.text(data, "queueName"),
        count(collections, "msgs"),
        number.apply("txUnackedMsgCount"),
        number.apply("msgSpoolUsage"),
        number.apply("maxMsgSpoolUsage"),
        count(collections, "txFlows"),
        SempValues.flag(data, "ingressEnabled"),
        SempValues.flag(data, "egressEnabled"),
        SempValues.text(data, "deadMsgQueue"),
        new QueueStatus.Counters(
            number.apply("spooledMsgCount"),
            number.apply("redeliveredMsgCount"),
            number.apply("deletedMsgCount"),
            number.apply("maxTtlExpiredToDmqMsgCount")
                + number.apply("maxRedeliveryExceededToDmqMsgCount"),
            number.apply("maxTtlExpiredToDmqFailedMsgCount")
                + number.apply("maxRedeliveryExceededToDmqFailedMsgCount"),
            discarded(data)));
  }

  private static long count(JsonObject collections, String name) {
    JsonObject collection = collections.getAsJsonObject(name);
    return collection == null ? 0 : SempValues.number(collection, "count");
  }

  private static Map<String, Long> discarded(JsonObject data) {
    Map<String, Long> counts = new HashMap<>();
    for (Map.Entry<String, JsonElement> entry : data.entrySet()) {
      if (entry.getKey().endsWith("DiscardedMsgCount") && entry.getValue().getAsLong() > 0) {
        counts.put(entry.getKey(), entry.getValue().getAsLong());
      }
    }
    return counts;
  }

  @Override
  public List<QueueFlow> flows(String queue) throws BrokerException, InterruptedException {
    try {
      return requests
          .all(cursor ->
              monitor.getMsgVpnQueueTxFlows(vpn, queue, Requests.PAGE, cursor, null, null))
          .stream()
          .map(Requests.Item::data)
          .map(flow ->
              new QueueFlow(
                  SempValues.number(flow, "flowId"),
                  SempValues.text(flow, "clientName"),
                  SempValues.text(flow, "activityState"),
                  SempValues.number(flow, "unackedMsgCount"),
                  Instant.ofEpochSecond(SempValues.number(flow, "bindTime"))))
          .toList();
    } catch (SempFailure e) {
      throw e.toBrokerException(
          "cannot list the consumers of queue '%s' in VPN '%s'".formatted(queue, vpn));
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
