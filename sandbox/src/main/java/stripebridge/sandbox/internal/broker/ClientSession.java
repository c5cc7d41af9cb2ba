package stripebridge.sandbox.internal.broker;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.broker.QueueSettings.Permission;
import stripebridge.sandbox.internal.net.Transport;
import stripebridge.sandbox.internal.smf.AssuredControl;
import stripebridge.sandbox.internal.smf.ClientControl;
import stripebridge.sandbox.internal.smf.ControlFrame;
import stripebridge.sandbox.internal.smf.Frame;
import stripebridge.sandbox.internal.smf.FrameReader;
import stripebridge.sandbox.internal.smf.MalformedFrameException;
import stripebridge.sandbox.internal.smf.MessageContent;
import stripebridge.sandbox.internal.smf.Protocol;
import stripebridge.sandbox.internal.smf.Response;
import stripebridge.sandbox.internal.smf.SubscriptionControl;

/// One client's connection, from its login to its end.
///
/// The thread that calls [#run] reads and handles frames; a separate writer thread empties the
/// outbox. Any thread may call the other methods.
final class ClientSession {
  /// A login is small; until it is done, a client gets no larger buffer.
  private static final int LOGIN_FRAME_MAX = 64 * 1024;

  private static final int LOGIN_MILLIS_MAX = 30_000;

  /// Clients send a keepalive per interval; a client that misses this many is disconnected.
  private static final int INTERVALS_MAX = 5;

  private static final int CLIENT_NAME_BYTES_MAX = 160;

  private final Broker broker;
  private final Transport transport;
  private final Outbox outbox;
  private final ConsumerFlows consumerFlows;
  private final PublisherFlows publisherFlows;
  private final Set<String> subscriptions = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean isClosing = new AtomicBoolean();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicLong receivedMessages = new AtomicLong();
  private final AtomicLong sentMessages = new AtomicLong();
  private final AtomicBoolean missedDirectMessages = new AtomicBoolean();
  private final AtomicBoolean waitsForRoom = new AtomicBoolean();
  private final long connectedMillis;

  /// Set once, by an accepted login.
  private volatile @Nullable Identity identity;

  private volatile String clientName = "";

  /// The AssuredCtrl version of the client's last control frame.
  private volatile int version = 1;

  private record Identity(Vpn vpn, ClientUsername user, ClientControl login) {}

  ClientSession(Broker broker, Transport transport) {
    this.broker = broker;
    this.transport = transport;
    this.outbox = new Outbox(broker.settings().outputBytesMax());
    this.publisherFlows = new PublisherFlows(broker, this);
    this.consumerFlows = new ConsumerFlows(broker, this);
    this.connectedMillis = broker.millis();
  }

  // Lifecycle

  /// Reads frames until the client leaves or is disconnected.
  void run() {
    Thread.ofVirtual()
        .name("sandbox-writer")
        .start(new OutboxWriter(outbox, transport, this::afterWrite));
    String why = "it closed the connection";
    try {
      transport.readTimeout(LOGIN_MILLIS_MAX);
      FrameReader reader = new FrameReader(transport.in(), LOGIN_FRAME_MAX);
      for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
        if (broker.faults().dropsThisFrame()) {
          why = "dropped by a fault";
          break;
        }
        handle(frame, reader);
      }
    } catch (MalformedFrameException | ProtocolException e) {
      why = "malformed frame: " + e.getMessage();
    } catch (SocketTimeoutException e) {
      why = "no keepalive in time";
    } catch (IOException e) {
      why = "the connection was lost";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // A bug must not harm other clients; the log line says where it is.
      why = "bug in the sandbox: " + e + " at " + e.getStackTrace()[0];
    } finally {
      close(why);
    }
  }

  /// Closes the connection and releases the client's resources before it returns.
  void close(String why) {
    if (isClosing.compareAndSet(false, true)) {
      outbox.close();
      transport.abort();
      try {
        release();
        broker.sessionEnded(this);
      } finally {
        released.countDown();
      }
      broker.log(
          "client '" + clientName + "' (" + transport.description() + ") disconnected: " + why);
    }
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether the connection is closing or closed. The reader registers each new resource where
  /// [#release] finds it, and only then checks this: one of the two threads sees the other.
  boolean isClosing() {
    return isClosing.get();
  }

  private void release() {
    Identity client = identity;
    if (client == null) {
      return;
    }
    for (String topic : subscriptions) {
      client.vpn().directSubscriptions().remove(Topics.local(topic), this);
    }
    consumerFlows.release(client.vpn());
    publisherFlows.release(client.vpn());
    client.vpn().clients().remove(clientName, this);
  }

  // Incoming frames

  private void handle(Frame frame, FrameReader reader) throws IOException, InterruptedException {
    int protocol = frame.protocol();
    if (protocol == Protocol.KEEP_ALIVE || protocol == Protocol.KEEP_ALIVE_OLD) {
      answer(ControlFrame.keepAlive());
      return;
    }
    Identity client = identity;
    if (client == null) {
      if (protocol != Protocol.CLIENT_CONTROL) {
        throw new MalformedFrameException("protocol 0x%02x before a login".formatted(protocol));
      }
      login(frame, ClientControl.read(frame));
      reader.frameMax(broker.settings().frameBytesMax());
      return;
    }
    switch (protocol) {
      case Protocol.MESSAGE -> message(client, frame);
      case Protocol.ASSURED_CONTROL -> assured(client, frame, AssuredControl.read(frame));
      case Protocol.SUBSCRIPTION -> subscription(client, frame, SubscriptionControl.read(frame));
      case Protocol.CLIENT_CONTROL -> update(client, frame, ClientControl.read(frame));
      default -> broker.log("client '" + clientName + "' sent protocol " + protocol + ": ignored");
    }
  }

  private void message(Identity client, Frame frame) throws MalformedFrameException {
    receivedMessages.incrementAndGet();
    if (!frame.isAssured()) {
      new MessageRouter(client.vpn()).publishDirect(this, frame);
      return;
    }
    publisherFlows.publish(frame);
  }

  private void assured(Identity client, Frame frame, AssuredControl control)
      throws MalformedFrameException, InterruptedException {
    if (control.type() == Protocol.ACK) {
      consumerFlows.handleAck(control);
      return;
    }
    version = control.version();
    switch (control.type()) {
      case Protocol.OPEN_PUBLISHER -> publisherFlows.open(client.vpn(), frame.tag(), control);
      case Protocol.CLOSE_PUBLISHER -> publisherFlows.close(client.vpn(), frame.tag(), control);
      case Protocol.BIND -> consumerFlows.bind(client.vpn(), frame.tag(), control);
      case Protocol.UNBIND -> consumerFlows.unbind(client.vpn(), frame.tag(), control);
      case Protocol.CREATE_ENDPOINT, Protocol.DELETE_ENDPOINT -> {
        Response response =
            control.type() == Protocol.CREATE_ENDPOINT
                ? Endpoints.create(client.vpn(), this, control)
                : Endpoints.delete(client.vpn(), this, control);
        answer(ControlFrame.answer(frame.tag(), response, control).toBytes());
      }
      default ->
          answer(ControlFrame.answer(frame.tag(), ErrorResponses.NOT_SUPPORTED, control).toBytes());
    }
  }

  // Login

  private void login(Frame frame, ClientControl request) throws IOException, InterruptedException {
    LoginDecision decision = LoginDecision.of(broker, frame, request, transport);
    Vpn vpn = decision.vpn();
    ClientUsername user = decision.user();
    if (vpn == null || user == null) {
      refuseLogin(frame.tag(), decision.response());
      return;
    }
    String name = request.text(ClientControl.CLIENT_NAME).orElse("");
    if (name.isEmpty()) {
      name = "#client/" + broker.nextFlowId();
    }
    if (!isClientName(name)) {
      refuseLogin(frame.tag(), ErrorResponses.NAME_INVALID);
      return;
    }
    if (!claimName(new Identity(vpn, user, request), name)) {
      refuseLogin(frame.tag(), ErrorResponses.NAME_IN_USE);
      return;
    }
    long interval = request.number(ClientControl.KEEP_ALIVE_INTERVAL, 0);
    transport.readTimeout((int) Math.min(interval * INTERVALS_MAX * 1000, Integer.MAX_VALUE));
    answer(LoginResponse.accepted(frame.tag(), vpn.name(), name, profile(vpn, user)));
    broker.log(
        "client '%s' (%s) logged in to VPN '%s' as '%s'"
            .formatted(name, transport.description(), vpn.name(), user.name()));
  }

  /// Claims the client's name; false when another client keeps it.
  private boolean claimName(Identity client, String name) {
    Map<String, ClientSession> clients = client.vpn().clients();
    client.vpn().loginLock().lock();
    try {
      ClientSession holder = clients.get(name);
      if (holder != null && broker.settings().refusesNameInUse()) {
        return false;
      }
      if (holder != null) {
        // It may be this client's own dead connection. Its resources must be free before the client
        // asks for them again.
        holder.close("another connection took its name over");
      }
      clientName = name;
      identity = client;
      clients.put(name, this);
      if (isClosing()) {
        clients.remove(name, this);
      }
      return true;
    } finally {
      client.vpn().loginLock().unlock();
    }
  }

  private void refuseLogin(int tag, Response response) throws InterruptedException {
    broker.log("login refused (" + transport.description() + "): " + response);
    answer(ControlFrame.client(tag, response, ClientControl.LOGIN).toBytes());
    outbox.closeAfterWriting();
  }

  private static boolean isClientName(String name) {
    return Topics.isTopic(name)
        && name.getBytes(StandardCharsets.UTF_8).length <= CLIENT_NAME_BYTES_MAX
        && name.indexOf('*') < 0
        && name.indexOf('>') < 0;
  }

  /// Renames the client at its own request.
  private void update(Identity client, Frame frame, ClientControl request)
      throws InterruptedException {
    String name = request.text(ClientControl.CLIENT_NAME).orElse(clientName);
    Response response = Response.OK;
    client.vpn().loginLock().lock();
    try {
      if (!isClientName(name)) {
        response = ErrorResponses.NAME_INVALID;
      } else if (!name.equals(clientName)) {
        if (client.vpn().clients().putIfAbsent(name, this) == null) {
          client.vpn().clients().remove(clientName, this);
          clientName = name;
          if (isClosing()) {
            client.vpn().clients().remove(name, this);
          }
        } else {
          response = ErrorResponses.NAME_IN_USE;
        }
      }
    } finally {
      client.vpn().loginLock().unlock();
    }
    ControlFrame answer = ControlFrame.client(frame.tag(), response, ClientControl.UPDATE);
    if (response.isOk()) {
      answer
          .text(ClientControl.CLIENT_NAME, name)
          .text(ClientControl.INBOX_PREFIX, LoginResponse.inboxPrefix(name));
    }
    answer(answer.toBytes());
  }

  // Subscriptions

  private void subscription(Identity client, Frame frame, SubscriptionControl request)
      throws InterruptedException {
    Response response =
        switch (request.type()) {
          case Protocol.ADD_SUBSCRIPTION -> subscribe(client, request.subscription());
          case Protocol.REMOVE_SUBSCRIPTION -> unsubscribe(client, request.subscription());
          case Protocol.ADD_QUEUE_SUBSCRIPTION, Protocol.REMOVE_QUEUE_SUBSCRIPTION ->
              Endpoints.subscription(client.vpn(), this, request);
          default -> ErrorResponses.NOT_SUPPORTED;
        };
    if (request.wantsResponse() || !response.isOk()) {
      answer(ControlFrame.subscription(frame.tag(), response, frame));
    }
  }

  private Response subscribe(Identity client, String topic) {
    if (!Topics.isSubscription(topic)) {
      return ErrorResponses.SUBSCRIPTION_INVALID;
    }
    boolean isInbox = topic.startsWith(LoginResponse.inboxPrefix(clientName) + "/");
    if (!isInbox && !maySubscribe(topic)) {
      return ErrorResponses.SUBSCRIPTION_DENIED;
    }
    if (subscriptions.size() >= profile(client.vpn(), client.user()).subscriptionsMax()) {
      return ErrorResponses.TOO_MANY_SUBSCRIPTIONS;
    }
    if (!subscriptions.add(topic)) {
      return ErrorResponses.SUBSCRIPTION_EXISTS;
    }
    client.vpn().directSubscriptions().add(Topics.local(topic), this);
    if (isClosing()) {
      client.vpn().directSubscriptions().remove(Topics.local(topic), this);
    }
    return Response.OK;
  }

  private Response unsubscribe(Identity client, String topic) {
    if (!subscriptions.remove(topic)) {
      return ErrorResponses.SUBSCRIPTION_MISSING;
    }
    client.vpn().directSubscriptions().remove(Topics.local(topic), this);
    return Response.OK;
  }

  // Permissions

  private static ClientProfile profile(Vpn vpn, ClientUsername user) {
    return Objects.requireNonNull(
        vpn.clientProfiles().get(user.profile()), "a profile in use cannot be deleted");
  }

  ClientProfile profile() {
    Identity client = loggedIn();
    return profile(client.vpn(), client.user());
  }

  private Identity loggedIn() {
    Identity client = identity;
    if (client == null) {
      throw new IllegalStateException("not logged in");
    }
    return client;
  }

  boolean mayPublish(String topic) {
    Identity client = loggedIn();
    AclProfile rules = client.vpn().aclProfiles().get(client.user().aclProfile());
    return rules != null && (isReplyInbox(topic) || rules.mayPublish(topic));
  }

  /// Replies go to the requester's inbox, even if the ACL profile denies it.
  private static boolean isReplyInbox(String topic) {
    return topic.startsWith("#P2P/" + LoginResponse.VIRTUAL_ROUTER + "/");
  }

  boolean maySubscribe(String topic) {
    Identity client = loggedIn();
    AclProfile rules = client.vpn().aclProfiles().get(client.user().aclProfile());
    return rules != null && rules.maySubscribe(topic);
  }

  boolean rejectsWithoutMatch() {
    return profile().rejectsWithoutMatch();
  }

  Permission permission(QueueSettings queue) {
    ClientUsername user = loggedIn().user();
    return queue.permissionOf(user.name(), user.overridesPermissions());
  }

  boolean mayConsume(QueueSettings queue) {
    return permission(queue).allows(Permission.CONSUME);
  }

  String clientName() {
    return clientName;
  }

  String username() {
    Identity client = identity;
    return client == null ? "" : client.user().name();
  }

  // Outgoing frames

  /// Answers the client's own request; blocks while the client does not read. Only for the reading
  /// thread.
  void answer(byte[] frame) throws InterruptedException {
    outbox.put(new OutgoingFrame.Control(frame));
  }

  boolean hasRoom() {
    if (outbox.hasRoom()) {
      return true;
    }
    waitsForRoom.set(true);
    // Room may have appeared before the flag was set, and then nothing would wake the queues.
    return outbox.hasRoom();
  }

  void offer(OutgoingFrame outgoing) {
    if (!(outgoing instanceof OutgoingFrame.Control)) {
      sentMessages.incrementAndGet();
    }
    outbox.offer(outgoing);
  }

  /// Sends a direct message, or drops it when the client reads too slowly.
  void offerDirect(MessageContent content) {
    if (outbox.hasRoom()) {
      offer(new OutgoingFrame.Direct(content, missedDirectMessages.getAndSet(false)));
    } else {
      missedDirectMessages.set(true);
    }
  }

  private void afterWrite() {
    if (waitsForRoom.get() && outbox.hasRoom()) {
      waitsForRoom.set(false);
      consumerFlows.dispatch();
    }
  }

  /// Sends the active flow indication, if the client wants it.
  void notifyActive(ConsumerFlow flow) {
    if (flow.wantsChanges()) {
      ControlFrame notice =
          ControlFrame.notice(version, Protocol.FLOW_CHANGE)
              .u32(AssuredControl.FLOW_ID, flow.id())
              .u8(AssuredControl.FLOW_ACTIVE, 1);
      offer(new OutgoingFrame.Control(notice.toBytes()));
    }
  }

  /// Tells the client that its flow is unbound.
  void notifyUnbound(ConsumerFlow flow, Response why) {
    consumerFlows.forget(flow);
    ControlFrame notice =
        ControlFrame.assured(-1, why, version, Protocol.UNBIND)
            .u32(AssuredControl.FLOW_ID, flow.id());
    offer(new OutgoingFrame.Control(notice.toBytes()));
  }

  void log(String what) {
    broker.log("client '" + clientName + "': " + what);
  }

  BrokerManagement.ClientSnapshot snapshot() {
    Identity client = loggedIn();
    return new BrokerManagement.ClientSnapshot(
        clientName,
        client.user().name(),
        client.user().profile(),
        client.user().aclProfile(),
        transport.address().getHostAddress(),
        client.login().text(ClientControl.DESCRIPTION).orElse(""),
        client.login().text(ClientControl.PLATFORM).orElse(""),
        client.login().text(ClientControl.SOFTWARE_VERSION).orElse(""),
        connectedMillis,
        receivedMessages.get(),
        sentMessages.get());
  }
}
