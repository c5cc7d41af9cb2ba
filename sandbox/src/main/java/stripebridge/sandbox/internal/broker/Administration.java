package stripebridge.sandbox.internal.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// Stores the configuration objects and applies each change to the engine.
///
/// Thread-safe: one lock serializes administration. The message path never takes it.
final class Administration implements BrokerManagement {
  /// The name of each VPN's built-in profiles and username, which cannot be deleted.
  private static final String DEFAULT = "default";

  private final Broker broker;
  private final ConfigStore store = new ConfigStore();
  private final ReentrantLock lock = new ReentrantLock();

  Administration(Broker broker) {
    this.broker = broker;
  }

  // Configuration

  @Override
  public void create(Attributes object) {
    locked(() -> {
      create(object, true);
      return true;
    });
  }

  /// Creates a queue for a client.
  void createForClient(Attributes queue) {
    locked(() -> {
      create(queue, false);
      return true;
    });
  }

  private void create(Attributes object, boolean byManagement) {
    ObjectKey key = object.key();
    key.parent()
        .filter(parent -> store.find(parent).isEmpty())
        .ifPresent(parent -> {
          throw new RefusedException(SempCode.NOT_FOUND, "there is no " + parent);
        });
    if (store.find(key).isPresent()) {
      throw new RefusedException(SempCode.ALREADY_EXISTS, key + " already exists");
    }
    checkReferences(object);
    switch (object.kind()) {
      case MSG_VPN -> {
        store.put(object);
        broker.vpns().put(key.name(), new Vpn(broker, object));
        createDefaults(key);
      }
      case QUEUE -> vpn(key).addQueue(key.name(), object, true, byManagement);
      case QUEUE_SUBSCRIPTION -> subscribe(key);
      case CLIENT_PROFILE -> vpn(key).clientProfiles().put(key.name(), ClientProfile.of(object));
      case ACL_PROFILE -> {
        AclProfile rules = new AclProfile();
        rules.defaults(object);
        vpn(key).aclProfiles().put(key.name(), rules);
      }
      case PUBLISH_TOPIC_EXCEPTION, SUBSCRIBE_TOPIC_EXCEPTION, CLIENT_CONNECT_EXCEPTION ->
          rules(key).addException(object);
      case CLIENT_USERNAME -> vpn(key).usernames().put(key.name(), ClientUsername.of(object));
    }
    store.put(object);
  }

  private void createDefaults(ObjectKey vpn) {
    create(
        Attributes.of(
            ObjectKind.CLIENT_PROFILE,
            vpn.child(ObjectKind.CLIENT_PROFILE, List.of(DEFAULT)).asAttributes()),
        true);
    create(
        Attributes.of(
            ObjectKind.ACL_PROFILE,
            vpn.child(ObjectKind.ACL_PROFILE, List.of(DEFAULT)).asAttributes()),
        true);
    create(
        Attributes.of(
            ObjectKind.CLIENT_USERNAME,
            vpn.child(ObjectKind.CLIENT_USERNAME, List.of(DEFAULT)).asAttributes()),
        true);
  }

  private void subscribe(ObjectKey key) {
    if (!Topics.isSubscription(key.name())) {
      throw new RefusedException(
          SempCode.INVALID_PARAMETER, "'" + key.name() + "' is not a valid subscription");
    }
    vpn(key).subscribe(queue(key), key.name());
  }

  private void checkReferences(Attributes object) {
    if (object.kind() != ObjectKind.CLIENT_USERNAME) {
      return;
    }
    String vpn = object.text("msgVpnName");
    requireReference(ObjectKey.of(ObjectKind.ACL_PROFILE, vpn, object.text("aclProfileName")));
    requireReference(
        ObjectKey.of(ObjectKind.CLIENT_PROFILE, vpn, object.text("clientProfileName")));
  }

  private void requireReference(ObjectKey key) {
    if (store.find(key).isEmpty()) {
      throw new RefusedException(SempCode.NOT_FOUND, "there is no " + key);
    }
  }

  @Override
  public Attributes update(ObjectKey key, UnaryOperator<Attributes> change) {
    return locked(() -> {
      Attributes before = present(key);
      Attributes after = change.apply(before);
      if (!after.equals(before)) {
        checkReferences(after);
        apply(key, before, after);
        store.put(after);
      }
      return after;
    });
  }

  private void apply(ObjectKey key, Attributes before, Attributes after) {
    switch (key.kind()) {
      case MSG_VPN -> vpn(key).settings(after);
      case QUEUE -> queue(key).settings(QueueSettings.of(after));
      case CLIENT_PROFILE -> vpn(key).clientProfiles().put(key.name(), ClientProfile.of(after));
      case ACL_PROFILE -> rules(key).defaults(after);
      case CLIENT_USERNAME -> {
        ClientUsername was = ClientUsername.of(before);
        ClientUsername is = ClientUsername.of(after);
        vpn(key).usernames().put(key.name(), is);
        // The broker applies these changes by shutting the username down for a moment.
        if (!is.isEnabled()
            || !is.profile().equals(was.profile())
            || !is.aclProfile().equals(was.aclProfile())) {
          vpn(key).disconnect(key.name(), key + " was changed");
        }
      }
      case QUEUE_SUBSCRIPTION,
          PUBLISH_TOPIC_EXCEPTION,
          SUBSCRIBE_TOPIC_EXCEPTION,
          CLIENT_CONNECT_EXCEPTION ->
          throw new RefusedException(SempCode.NOT_ALLOWED, key + " cannot be changed");
    }
  }

  @Override
  public void delete(ObjectKey key) {
    locked(() -> {
      present(key);
      requireUnused(key);
      deleteWithChildren(key);
      return true;
    });
  }

  private void requireUnused(ObjectKey key) {
    boolean isProfile =
        key.kind() == ObjectKind.CLIENT_PROFILE || key.kind() == ObjectKind.ACL_PROFILE;
    boolean isDefault = key.name().equals(DEFAULT);
    if (isDefault && (isProfile || key.kind() == ObjectKind.CLIENT_USERNAME)) {
      throw new RefusedException(SempCode.NOT_ALLOWED, key + " cannot be deleted");
    }
    if (!isProfile) {
      return;
    }
    String reference =
        key.kind() == ObjectKind.CLIENT_PROFILE ? "clientProfileName" : "aclProfileName";
    store.children(key.parent().orElseThrow(), ObjectKind.CLIENT_USERNAME).stream()
        .filter(username -> username.text(reference).equals(key.name()))
        .findFirst()
        .ifPresent(user -> {
          // The broker has a dependency code for only one of the two.
          throw new RefusedException(
              key.kind() == ObjectKind.CLIENT_PROFILE
                  ? SempCode.CONFIGDB_OBJECT_DEPENDENCY
                  : SempCode.NOT_ALLOWED,
              key + " is used by " + user.key());
        });
  }

  private void deleteWithChildren(ObjectKey key) {
    for (ObjectKind kind : key.kind().children()) {
      store.children(key, kind).forEach(child -> deleteWithChildren(child.key()));
    }
    Attributes object = present(key);
    store.remove(key);
    switch (key.kind()) {
      case MSG_VPN -> deleteVpn(key.name());
      case QUEUE -> vpn(key).removeQueue(key.name());
      case QUEUE_SUBSCRIPTION -> vpn(key).unsubscribe(queue(key), key.name());
      case CLIENT_PROFILE -> vpn(key).clientProfiles().remove(key.name());
      case ACL_PROFILE -> vpn(key).aclProfiles().remove(key.name());
      case PUBLISH_TOPIC_EXCEPTION, SUBSCRIBE_TOPIC_EXCEPTION -> {
        ObjectKey profile = key.parent().orElseThrow();
        boolean stillCovered =
            store.children(profile, key.kind()).stream()
                .anyMatch(other -> AclProfile.topic(other).equals(AclProfile.topic(object)));
        rules(key).removeException(object, stillCovered);
      }
      case CLIENT_CONNECT_EXCEPTION -> rules(key).removeException(object, false);
      case CLIENT_USERNAME -> {
        vpn(key).usernames().remove(key.name());
        vpn(key).disconnect(key.name(), key + " was deleted");
      }
    }
  }

  private void deleteVpn(String name) {
    Vpn vpn = broker.vpns().remove(name);
    if (vpn != null) {
      List.copyOf(vpn.clients().values())
          .forEach(client -> client.close("message VPN '" + name + "' was deleted"));
      List.copyOf(vpn.queues()).forEach(queue -> vpn.removeQueue(queue.name()));
    }
  }

  @Override
  public Optional<Attributes> find(ObjectKey key) {
    return locked(() -> store.find(key));
  }

  @Override
  public List<Attributes> vpns() {
    return locked(() -> store.children(null, ObjectKind.MSG_VPN));
  }

  @Override
  public List<Attributes> children(ObjectKey parent, ObjectKind kind) {
    return locked(() -> store.children(parent, kind));
  }

  // Requests from clients

  /// Adds a subscription to a queue for a client; false when it exists.
  boolean subscribeForClient(Vpn vpn, MessageQueue queue, String topic) {
    return locked(() -> {
      if (queue.isDurable() && !queue.subscriptions().contains(topic)) {
        store.put(subscription(vpn, queue, topic));
      }
      return vpn.subscribe(queue, topic);
    });
  }

  /// Removes a subscription from a queue for a client; false when it does not exist.
  boolean unsubscribeForClient(Vpn vpn, MessageQueue queue, String topic) {
    return locked(() -> {
      if (queue.isDurable() && queue.subscriptions().contains(topic)) {
        store.remove(subscription(vpn, queue, topic).key());
      }
      return vpn.unsubscribe(queue, topic);
    });
  }

  private static Attributes subscription(Vpn vpn, MessageQueue queue, String topic) {
    return Attributes.of(
        ObjectKind.QUEUE_SUBSCRIPTION,
        Map.of("msgVpnName", vpn.name(), "queueName", queue.name(), "subscriptionTopic", topic));
  }

  // Monitor

  @Override
  public Optional<VpnSnapshot> vpn(String name) {
    return broker.vpn(name).map(this::snapshot);
  }

  private VpnSnapshot snapshot(Vpn vpn) {
    long messages = vpn.queues().stream().mapToLong(queue -> queue.snapshot().depth()).sum();
    return new VpnSnapshot(
        vpn.settings().isEnabled() ? "up" : "down", vpn.spool().bytes(), messages);
  }

  @Override
  public List<QueueSnapshot> queues(String vpn) {
    return broker.vpn(vpn).stream()
        .flatMap(found -> found.queues().stream())
        .map(MessageQueue::snapshot)
        .toList();
  }

  @Override
  public Optional<QueueSnapshot> queue(String vpn, String queue) {
    return broker.vpn(vpn).flatMap(found -> found.queue(queue)).map(MessageQueue::snapshot);
  }

  @Override
  public List<MessageSnapshot> messages(String vpn, String queue, long afterId, int max) {
    return queueOf(vpn, queue).messages(afterId, max);
  }

  @Override
  public List<FlowSnapshot> flows(String vpn, String queue) {
    return queueOf(vpn, queue).flows();
  }

  @Override
  public List<ClientSnapshot> clients(String vpn) {
    return broker.vpn(vpn).stream()
        .flatMap(found -> found.clients().values().stream())
        .map(ClientSession::snapshot)
        .toList();
  }

  // Actions

  @Override
  public void deleteMessages(String vpn, String queue) {
    queueOf(vpn, queue).deleteMessages();
  }

  @Override
  public void deleteMessage(String vpn, String queue, long id) {
    if (!queueOf(vpn, queue).deleteMessage(id)) {
      throw new RefusedException(
          SempCode.NOT_FOUND, "there is no message " + id + " in queue '" + queue + "'");
    }
  }

  @Override
  public void copyMessage(String vpn, String queue, String sourceQueue, String replicationGroupId) {
    MessageQueue target = queueOf(vpn, queue);
    long id = ReplicationGroupId.messageId(broker.spoolerId(), replicationGroupId);
    SpooledMessage message = queueOf(vpn, sourceQueue).retain(id);
    if (message == null) {
      throw new RefusedException(
          SempCode.NOT_FOUND,
          "there is no message " + replicationGroupId + " in queue '" + sourceQueue + "'");
    }
    boolean copied = vpnOf(vpn).copyTo(target, message, false);
    vpnOf(vpn).release(message);
    if (!copied) {
      throw new RefusedException(SempCode.FAIL, "queue '" + queue + "' does not take the message");
    }
  }

  @Override
  public void clearQueueStats(String vpn, String queue) {
    queueOf(vpn, queue).clearStats();
  }

  @Override
  public void clearVpnStats(String vpn) {
    vpnOf(vpn).queues().forEach(MessageQueue::clearStats);
  }

  @Override
  public void disconnectClient(String vpn, String clientName) {
    ClientSession client = vpnOf(vpn).clients().get(clientName);
    if (client == null) {
      throw new RefusedException(
          SempCode.NOT_FOUND, "there is no client '" + clientName + "' in VPN '" + vpn + "'");
    }
    client.close("disconnected by administration");
  }

  // Lookups

  private Vpn vpnOf(String vpn) {
    return broker
        .vpn(vpn)
        .orElseThrow(() ->
            new RefusedException(SempCode.NOT_FOUND, "there is no message VPN '" + vpn + "'"));
  }

  private MessageQueue queueOf(String vpn, String queue) {
    return vpnOf(vpn)
        .queue(queue)
        .orElseThrow(() ->
            new RefusedException(
                SempCode.NOT_FOUND, "there is no queue '" + queue + "' in VPN '" + vpn + "'"));
  }

  private Vpn vpn(ObjectKey key) {
    return vpnOf(key.names().getFirst());
  }

  private MessageQueue queue(ObjectKey key) {
    return queueOf(key.names().getFirst(), key.names().get(1));
  }

  private AclProfile rules(ObjectKey key) {
    AclProfile rules = vpn(key).aclProfiles().get(key.names().get(1));
    if (rules == null) {
      throw new RefusedException(SempCode.NOT_FOUND, "there is no " + key);
    }
    return rules;
  }

  private Attributes present(ObjectKey key) {
    return store
        .find(key)
        .orElseThrow(() -> new RefusedException(SempCode.NOT_FOUND, "there is no " + key));
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }
}
