package stripebridge.sandbox.internal.broker;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.broker.QueueSettings.DiscardBehavior;
import stripebridge.sandbox.internal.model.Attributes;

/// A message VPN: its queues, subscriptions, clients and their permissions.
///
/// Thread-safe. The message path takes no VPN lock; the maps are concurrent.
final class Vpn {
  private final Broker broker;
  private final String name;
  private final ByteBudget spool = new ByteBudget(0);
  private final Map<String, MessageQueue> queues = new ConcurrentSkipListMap<>();
  private final SubscriptionIndex<MessageQueue> queueSubscriptions = new SubscriptionIndex<>();
  private final SubscriptionIndex<ClientSession> directSubscriptions = new SubscriptionIndex<>();
  private final Map<String, ClientProfile> clientProfiles = new ConcurrentHashMap<>();
  private final Map<String, AclProfile> aclProfiles = new ConcurrentHashMap<>();
  private final Map<String, ClientUsername> usernames = new ConcurrentHashMap<>();
  private final Map<String, ClientSession> clients = new ConcurrentSkipListMap<>();
  private final Map<String, PublisherFlow> publisherFlows = new ConcurrentHashMap<>();

  /// Serializes logins, so that two clients with the same name cannot both get in.
  private final ReentrantLock loginLock = new ReentrantLock();

  private volatile Settings settings;

  /// The VPN attributes that the message path and logins need.
  record Settings(
      boolean isEnabled,
      boolean basicEnabled,
      String basicType,
      long connectionsMax,
      boolean plainTextEnabled,
      boolean tlsEnabled,
      boolean allowsDmqEligibleOverride) {

    static Settings of(Attributes vpn) {
      return new Settings(
          vpn.bool("enabled"),
          vpn.bool("authenticationBasicEnabled"),
          vpn.text("authenticationBasicType"),
          vpn.number("maxConnectionCount"),
          vpn.bool("serviceSmfPlainTextEnabled"),
          vpn.bool("serviceSmfTlsEnabled"),
          vpn.bool("allowDmqEligibleEndpointOverrideEnabled"));
    }
  }

  Vpn(Broker broker, Attributes attributes) {
    this.broker = broker;
    this.name = attributes.text("msgVpnName");
    this.settings = Settings.of(attributes);
    spool.bytesMax(attributes.number("maxMsgSpoolUsage") * QueueSettings.MEGABYTE);
  }

  Broker broker() {
    return broker;
  }

  String name() {
    return name;
  }

  Settings settings() {
    return settings;
  }

  void settings(Attributes attributes) {
    settings = Settings.of(attributes);
    spool.bytesMax(attributes.number("maxMsgSpoolUsage") * QueueSettings.MEGABYTE);
    if (!settings.isEnabled()) {
      clients.values().forEach(client -> client.close("message VPN '" + name + "' was disabled"));
    }
  }

  ByteBudget spool() {
    return spool;
  }

  // For the queues

  long millis() {
    return broker.millis();
  }

  long nextSpoolId() {
    return broker.nextSpoolId();
  }

  long lastSpoolId() {
    return broker.lastSpoolId();
  }

  long spoolerId() {
    return broker.spoolerId();
  }

  Future<?> schedule(long delayMillis, Runnable task) {
    return broker.schedule(delayMillis, task);
  }

  /// Reserves spool room for a message in this many queues. Returns null on success, or the budget
  /// that is exhausted.
  @Nullable ByteBudget reserve(int contentLength, int holders) {
    if (!spool.reserve(contentLength)) {
      return spool;
    }
    if (!broker.spool().reserve(heapBytes(contentLength, holders))) {
      spool.release(contentLength);
      return broker.spool();
    }
    return null;
  }

  private static long heapBytes(int contentLength, int holders) {
    return SpooledMessage.heapBytes(contentLength) + (long) holders * SpooledMessage.ENTRY_OVERHEAD;
  }

  /// Releases a queue's entry and its reference to the message.
  void releaseEntry(SpooledMessage message) {
    broker.spool().release(SpooledMessage.ENTRY_OVERHEAD);
    release(message);
  }

  /// Releases a reference that is not a queue's.
  void release(SpooledMessage message) {
    if (message.release()) {
      spool.release(message.size());
      broker.spool().release(SpooledMessage.heapBytes(message.size()));
    }
  }

  /// Moves a dead message to its queue's dead message queue, or discards it.
  void moveToDmqOrDiscard(MessageQueue queue, QueueSettings settingsThen, DeadMessage dead) {
    SpooledMessage message = dead.message();
    MessageQueue dmq = queues.get(settingsThen.deadMessageQueue());
    boolean respectsFlag =
        settingsThen.respectsDmqEligible()
            || !settings.allowsDmqEligibleOverride()
            || broker.settings().alwaysRespectsDmqEligible();
    if (dmq == null || dmq == queue || (respectsFlag && !message.isDmqEligible())) {
      queue.count(dead, QueueCounter.TTL_DISCARDED, QueueCounter.REDELIVERY_DISCARDED);
    } else if (copyTo(dmq, message, true)) {
      queue.count(dead, QueueCounter.TTL_TO_DMQ, QueueCounter.REDELIVERY_TO_DMQ);
    } else {
      queue.count(dead, QueueCounter.TTL_TO_DMQ_FAILED, QueueCounter.REDELIVERY_TO_DMQ_FAILED);
    }
    releaseEntry(message);
  }

  /// Adds a spooled message to one more queue; false when the queue refuses it.
  boolean copyTo(MessageQueue queue, SpooledMessage message, boolean isDeadMessage) {
    if (!queue.admit(message.size(), message.content().bodyLength()).isTaken()) {
      return false;
    }
    if (!broker.spool().reserve(SpooledMessage.ENTRY_OVERHEAD)) {
      queue.releaseReservation(message.size());
      return false;
    }
    message.retain();
    queue.append(message, isDeadMessage);
    return true;
  }

  // Queues

  Optional<MessageQueue> queue(String queue) {
    return Optional.ofNullable(queues.get(queue));
  }

  Collection<MessageQueue> queues() {
    return queues.values();
  }

  MessageQueue addQueue(String queueName, Attributes attributes, boolean durable, boolean managed) {
    Recorder recorder = broker.newRecorder();
    MessageQueue queue =
        new MessageQueue(this, queueName, QueueSettings.of(attributes), durable, managed, recorder);
    queues.put(queueName, queue);
    return queue;
  }

  void removeQueue(String queueName) {
    MessageQueue queue = queues.remove(queueName);
    if (queue != null) {
      List.copyOf(queue.subscriptions()).forEach(topic -> unsubscribe(queue, topic));
      queue.delete();
    }
  }

  boolean subscribe(MessageQueue queue, String topic) {
    return queue.subscriptions().add(topic) && queueSubscriptions.add(Topics.local(topic), queue);
  }

  boolean unsubscribe(MessageQueue queue, String topic) {
    return queue.subscriptions().remove(topic)
        && queueSubscriptions.remove(Topics.local(topic), queue);
  }

  Set<MessageQueue> queuesFor(String topic) {
    LinkedHashSet<MessageQueue> matched = new LinkedHashSet<>(4);
    queueSubscriptions.match(topic, matched);
    return matched;
  }

  /// Whether no queue would notify the sender of a full spool.
  static boolean noneNotifiesSender(Collection<MessageQueue> matched) {
    return matched.stream()
        .allMatch(queue -> queue.settings().discardBehavior() == DiscardBehavior.NEVER);
  }

  // Direct subscribers

  SubscriptionIndex<ClientSession> directSubscriptions() {
    return directSubscriptions;
  }

  // Access

  Map<String, ClientProfile> clientProfiles() {
    return clientProfiles;
  }

  Map<String, AclProfile> aclProfiles() {
    return aclProfiles;
  }

  Map<String, ClientUsername> usernames() {
    return usernames;
  }

  // Clients

  ReentrantLock loginLock() {
    return loginLock;
  }

  Map<String, ClientSession> clients() {
    return clients;
  }

  Map<String, PublisherFlow> publisherFlows() {
    return publisherFlows;
  }

  void disconnect(String username, String why) {
    clients.values().stream()
        .filter(client -> client.username().equals(username))
        .forEach(client -> client.close(why));
  }
}
