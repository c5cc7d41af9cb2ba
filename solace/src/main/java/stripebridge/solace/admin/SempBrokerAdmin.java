package stripebridge.solace.admin;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.FoundBroker;
import stripebridge.core.broker.QueueFlow;
import stripebridge.core.broker.QueueStatus;
import stripebridge.core.config.Secret;
import stripebridge.core.config.SempSettings;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.plan.Change;

/// Administers one message VPN over SEMP v2. Connects on the first request; opening does not tell
/// whether there is a broker. Thread-safe: all threads share four requests at a time.
public final class SempBrokerAdmin implements BrokerAdmin {
  private final SempConnection connection;
  private final SempReader reader;
  private final SempWriter writer;
  private final QueueReader queues;
  private final String vpn;

  private SempBrokerAdmin(SempConnection connection, SempApis apis, String vpn) {
    this.connection = connection;
    this.reader = new SempReader(connection, apis, vpn);
    this.writer = new SempWriter(connection, apis, vpn);
    this.queues = new QueueReader(connection, apis, vpn);
    this.vpn = vpn;
  }

  /// Opens the broker of the settings.
  ///
  /// @throws BrokerException.Invalid when the CA certificates of the settings cannot be used, or a
  ///   URL cannot hold the message VPN's name
  public static SempBrokerAdmin open(SempSettings settings, SempOptions options)
      throws BrokerException {
    return open(
        settings, options, InstantSource.system(), Thread::sleep, RandomGenerator.getDefault());
  }

  static SempBrokerAdmin open(
      SempSettings settings,
      SempOptions options,
      InstantSource clock,
      Sleeper sleeper,
      RandomGenerator random)
      throws BrokerException {
    String vpn = settings.vpn();
    requireAddressable("use message VPN '" + vpn + "'", vpn);
    SempHttp http = new SempHttp(settings.base(), settings.trust());
    SempApis apis = new SempApis(settings.base(), settings.credentials(), http.client());
    SempConnection connection =
        new SempConnection(http, settings.base(), options, clock, sleeper, random);
    return new SempBrokerAdmin(connection, apis, vpn);
  }

  @Override
  public FoundBroker read(PartsOf partsOf) throws BrokerException, InterruptedException {
    return reader.read(partsOf);
  }

  @Override
  public Applied apply(Change change, Map<String, Secret> secrets)
      throws BrokerException, InterruptedException {
    requireAddressable(change.resource());
    return writer.apply(change, secrets);
  }

  @Override
  public void setIngress(String queue, boolean enabled)
      throws BrokerException, InterruptedException {
    set(queue, "ingressEnabled", enabled);
  }

  @Override
  public void setEgress(String queue, boolean enabled)
      throws BrokerException, InterruptedException {
    set(queue, "egressEnabled", enabled);
  }

  private void set(String queue, String name, boolean enabled)
      throws BrokerException, InterruptedException {
    Resource resource = new Resource.Queue(queue);
    requireAddressable(resource);
    JsonObject body = new JsonObject();
    body.addProperty(name, enabled);
    writer.switchTo(resource, body);
  }

  @Override
  public List<QueueStatus> queues(String prefix) throws BrokerException, InterruptedException {
    return queues.queues(prefix);
  }

  @Override
  public Optional<QueueStatus> queue(String name) throws BrokerException, InterruptedException {
    return queues.queue(name);
  }

  @Override
  public List<QueueFlow> flows(String queue) throws BrokerException, InterruptedException {
    requireAddressable(new Resource.Queue(queue));
    return queues.flows(queue);
  }

  @Override
  public List<String> subscriptions(String queue) throws BrokerException, InterruptedException {
    requireAddressable(new Resource.Queue(queue));
    return queues.subscriptions(queue);
  }

  @Override
  public Optional<Instant> spooledAt(String queue, long messageId)
      throws BrokerException, InterruptedException {
    requireAddressable(new Resource.Queue(queue));
    return queues.spooledAt(queue, messageId);
  }

  @Override
  public void close() {
    connection.close();
  }

  private void requireAddressable(Resource resource) throws BrokerException {
    String what = SempOperation.on(resource, "address", vpn).text();
    requireAddressable(what, resource.owner());
    requireAddressable(what, resource.name());
  }

  private static void requireAddressable(String what, String name) throws BrokerException {
    if (!PathEncoder.isSegment(name)) {
      throw new BrokerException.Invalid(
          "cannot %s: a URL cannot have '%s' as a name".formatted(what, name), null);
    }
  }
}
