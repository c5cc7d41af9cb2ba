package stripebridge.sandbox;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import stripebridge.sandbox.internal.broker.Broker;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;

/// Configures and inspects one message VPN from the same process. Attributes have SEMP's names and
/// defaults: a new queue is shut down and gives no permissions.
///
/// Thread-safe. Methods throw [SandboxException] when the broker refuses.
public final class SandboxVpn {
  private final Broker broker;
  private final String name;

  SandboxVpn(Broker broker, String name) {
    this.broker = broker;
    this.name = name;
  }

  /// Changes attributes of the VPN itself.
  public SandboxVpn update(Map<String, ?> attributes) {
    return change(ObjectKey.of(ObjectKind.MSG_VPN, name), attributes);
  }

  public SandboxVpn createQueue(String queue, Map<String, ?> attributes) {
    return create(ObjectKey.of(ObjectKind.QUEUE, name, queue), attributes);
  }

  /// Creates a queue with subscriptions that every client may use: ingress and egress enabled,
  /// permission `delete`.
  public SandboxVpn createOpenQueue(String queue, String... subscriptions) {
    createQueue(
        queue, Map.of("ingressEnabled", true, "egressEnabled", true, "permission", "delete"));
    for (String subscription : subscriptions) {
      subscribe(queue, subscription);
    }
    return this;
  }

  public SandboxVpn updateQueue(String queue, Map<String, ?> attributes) {
    return change(ObjectKey.of(ObjectKind.QUEUE, name, queue), attributes);
  }

  public SandboxVpn deleteQueue(String queue) {
    return delete(ObjectKey.of(ObjectKind.QUEUE, name, queue));
  }

  /// Adds a subscription to a queue.
  public SandboxVpn subscribe(String queue, String topic) {
    return create(ObjectKey.of(ObjectKind.QUEUE_SUBSCRIPTION, name, queue, topic), Map.of());
  }

  public SandboxVpn unsubscribe(String queue, String topic) {
    return delete(ObjectKey.of(ObjectKind.QUEUE_SUBSCRIPTION, name, queue, topic));
  }

  public SandboxVpn createClientProfile(String profile, Map<String, ?> attributes) {
    return create(ObjectKey.of(ObjectKind.CLIENT_PROFILE, name, profile), attributes);
  }

  public SandboxVpn updateClientProfile(String profile, Map<String, ?> attributes) {
    return change(ObjectKey.of(ObjectKind.CLIENT_PROFILE, name, profile), attributes);
  }

  public SandboxVpn createAclProfile(String profile, Map<String, ?> attributes) {
    return create(ObjectKey.of(ObjectKind.ACL_PROFILE, name, profile), attributes);
  }

  public SandboxVpn updateAclProfile(String profile, Map<String, ?> attributes) {
    return change(ObjectKey.of(ObjectKind.ACL_PROFILE, name, profile), attributes);
  }

  /// Adds a publish topic exception, in SMF syntax, to an ACL profile.
  public SandboxVpn addPublishException(String aclProfile, String topic) {
    return create(
        ObjectKey.of(ObjectKind.PUBLISH_TOPIC_EXCEPTION, name, aclProfile, "smf", topic), Map.of());
  }

  /// Adds a subscribe topic exception, in SMF syntax, to an ACL profile.
  public SandboxVpn addSubscribeException(String aclProfile, String topic) {
    return create(
        ObjectKey.of(ObjectKind.SUBSCRIBE_TOPIC_EXCEPTION, name, aclProfile, "smf", topic),
        Map.of());
  }

  /// Adds a client connect exception, such as `10.0.0.0/8`, to an ACL profile.
  public SandboxVpn addConnectException(String aclProfile, String addresses) {
    return create(
        ObjectKey.of(ObjectKind.CLIENT_CONNECT_EXCEPTION, name, aclProfile, addresses), Map.of());
  }

  public SandboxVpn createClientUsername(String username, Map<String, ?> attributes) {
    return create(ObjectKey.of(ObjectKind.CLIENT_USERNAME, name, username), attributes);
  }

  public SandboxVpn updateClientUsername(String username, Map<String, ?> attributes) {
    return change(ObjectKey.of(ObjectKind.CLIENT_USERNAME, name, username), attributes);
  }

  /// Finds a queue.
  ///
  /// @throws SandboxException when no queue has this name
  public SandboxQueue queue(String queue) {
    SandboxQueue found = new SandboxQueue(broker, name, queue);
    long _ = found.depth();
    return found;
  }

  /// The names of the connected clients, in order.
  public List<String> clients() {
    return broker.administration().clients(name).stream().map(client -> client.name()).toList();
  }

  /// How many messages a connected client has sent on its connection, including repeats.
  ///
  /// @throws SandboxException when there is no such client
  public long receivedMessages(String clientName) {
    return broker.administration().clients(name).stream()
        .filter(client -> client.name().equals(clientName))
        .findFirst()
        .orElseThrow(() -> new SandboxException("there is no client '" + clientName + "'", null))
        .receivedMessages();
  }

  private SandboxVpn create(ObjectKey key, Map<String, ?> attributes) {
    return attempt(() -> {
      HashMap<String, Object> all = new HashMap<>(attributes);
      all.putAll(key.asAttributes());
      broker.administration().create(Attributes.of(key.kind(), all));
    });
  }

  private SandboxVpn change(ObjectKey key, Map<String, ?> attributes) {
    return attempt(() -> {
      Attributes _ = broker.administration().update(key, object -> object.with(attributes));
    });
  }

  private SandboxVpn delete(ObjectKey key) {
    return attempt(() -> broker.administration().delete(key));
  }

  private SandboxVpn attempt(Runnable action) {
    try {
      action.run();
      return this;
    } catch (RefusedException e) {
      throw new SandboxException(e.description(), e);
    }
  }
}
