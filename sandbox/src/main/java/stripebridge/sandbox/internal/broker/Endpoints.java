package stripebridge.sandbox.internal.broker;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import stripebridge.sandbox.internal.broker.QueueSettings.Permission;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;
import stripebridge.sandbox.internal.smf.AssuredControl;
import stripebridge.sandbox.internal.smf.MalformedFrameException;
import stripebridge.sandbox.internal.smf.Protocol;
import stripebridge.sandbox.internal.smf.Response;
import stripebridge.sandbox.internal.smf.SubscriptionControl;

/// Clients' requests to create and delete queues and to change their subscriptions.
final class Endpoints {
  /// How long a temporary queue outlives a lost connection (documented), so that the client can
  /// come back to it.
  private static final long TEMPORARY_LIFE_MILLIS = 60_000;

  /// The bit in the first byte of the behaviour flags that asks to notify senders of discards.
  private static final int NOTIFIES_SENDER = 0x20;

  private Endpoints() {}

  /// Finds the queue that a client wants to bind to, or creates a missing temporary queue.
  static Optional<MessageQueue> findOrCreateForBind(
      Vpn vpn, ClientSession session, BindRequest request, AssuredControl control)
      throws MalformedFrameException {
    Optional<MessageQueue> queue = vpn.queue(request.queue());
    if (queue.isPresent()
        || request.isDurable()
        || !request.queue().startsWith(Protocol.TEMPORARY_QUEUE_PREFIX)
        || !session.profile().mayCreateTemporary()) {
      return queue;
    }
    try {
      Attributes attributes = attributes(vpn, session, request.queue(), control);
      return Optional.of(vpn.addQueue(request.queue(), attributes, false, false));
    } catch (RefusedException e) {
      session.log("temporary queue was not created: " + e.getMessage());
      return Optional.empty();
    }
  }

  /// Removes a temporary queue after its flow has ended: at once when the client unbound, later
  /// when its connection was lost.
  static void afterUnbind(Vpn vpn, MessageQueue queue, boolean mayComeBack) {
    if (queue.isDurable()) {
      return;
    }
    long binds = queue.binds();
    if (!mayComeBack) {
      vpn.removeQueue(queue.name());
    } else {
      Future<?> _ =
          vpn.schedule(
              TEMPORARY_LIFE_MILLIS,
              () -> {
                if (queue.binds() == binds) {
                  vpn.removeQueue(queue.name());
                }
              });
    }
  }

  static Response create(Vpn vpn, ClientSession session, AssuredControl control)
      throws MalformedFrameException {
    String name = control.text(AssuredControl.QUEUE_NAME).orElse("");
    boolean isDurable = control.number32(AssuredControl.DURABILITY, 1) == 1;
    if (name.isEmpty()) {
      return ErrorResponses.NOT_SUPPORTED;
    }
    if (!isDurable || !session.profile().mayCreateDurable()) {
      return ErrorResponses.NOT_PERMITTED;
    }
    try {
      vpn.broker()
          .administrationForClients()
          .createForClient(attributes(vpn, session, name, control));
      session.log("created queue '" + name + "'");
      return Response.OK;
    } catch (RefusedException e) {
      session.log("queue '" + name + "' was not created: " + e.getMessage());
      return e.code() == SempCode.ALREADY_EXISTS
          ? ErrorResponses.ENDPOINT_EXISTS
          : ErrorResponses.QUOTA_OUT_OF_RANGE;
    }
  }

  private static Attributes attributes(
      Vpn vpn, ClientSession session, String name, AssuredControl control)
      throws MalformedFrameException {
    HashMap<String, Object> given = new HashMap<>();
    given.put("msgVpnName", vpn.name());
    given.put("queueName", name);
    given.put("owner", session.username());
    given.put("ingressEnabled", true);
    given.put("egressEnabled", true);
    boolean isExclusive = control.number32(AssuredControl.ACCESS, 1) == 1;
    given.put("accessType", isExclusive ? "exclusive" : "non-exclusive");
    given.put(
        "permission", permissionName(control.number32(AssuredControl.PERMISSION_FOR_OTHERS, 0)));
    given.put("respectTtlEnabled", control.number(AssuredControl.RESPECT_TTL, 0) != 0);
    if (control.has(AssuredControl.QUOTA)) {
      given.put("maxMsgSpoolUsage", control.number(AssuredControl.QUOTA, 0));
    }
    if (control.has(AssuredControl.MESSAGE_SIZE_MAX)) {
      given.put("maxMsgSize", control.number(AssuredControl.MESSAGE_SIZE_MAX, 0));
    }
    if (control.has(AssuredControl.REDELIVERY_MAX)) {
      given.put("maxRedeliveryCount", control.number(AssuredControl.REDELIVERY_MAX, 0));
    }
    if (control.has(AssuredControl.ENDPOINT_BEHAVIOUR)) {
      boolean notifies = (control.flags(AssuredControl.ENDPOINT_BEHAVIOUR) & NOTIFIES_SENDER) != 0;
      given.put("rejectMsgToSenderOnDiscardBehavior", notifies ? "when-queue-enabled" : "never");
    }
    return Attributes.of(ObjectKind.QUEUE, given);
  }

  static Response delete(Vpn vpn, ClientSession session, AssuredControl control) {
    String name = control.text(AssuredControl.QUEUE_NAME).orElse("");
    MessageQueue queue = vpn.queue(name).orElse(null);
    if (queue == null) {
      return ErrorResponses.UNKNOWN_QUEUE;
    }
    if (!session.permission(queue.settings()).allows(Permission.DELETE)) {
      return ErrorResponses.NOT_PERMITTED;
    }
    if (!queue.isDurable()) {
      vpn.removeQueue(name);
      return Response.OK;
    }
    try {
      vpn.broker().administration().delete(ObjectKey.of(ObjectKind.QUEUE, vpn.name(), name));
      session.log("deleted queue '" + name + "'");
      return Response.OK;
    } catch (RefusedException e) {
      return ErrorResponses.UNKNOWN_QUEUE;
    }
  }

  /// Adds a subscription to a queue, or removes it.
  static Response subscription(Vpn vpn, ClientSession session, SubscriptionControl request) {
    MessageQueue queue = vpn.queue(request.queue()).orElse(null);
    if (queue == null) {
      return ErrorResponses.UNKNOWN_QUEUE;
    }
    if (!session.permission(queue.settings()).allows(Permission.MODIFY_TOPIC)) {
      return ErrorResponses.NOT_PERMITTED;
    }
    String topic = request.subscription();
    Administration administration = vpn.broker().administrationForClients();
    if (request.type() == Protocol.REMOVE_QUEUE_SUBSCRIPTION) {
      return administration.unsubscribeForClient(vpn, queue, topic)
          ? Response.OK
          : ErrorResponses.SUBSCRIPTION_MISSING;
    }
    if (!Topics.isSubscription(topic)) {
      return ErrorResponses.SUBSCRIPTION_INVALID;
    }
    if (!session.maySubscribe(topic)) {
      return ErrorResponses.SUBSCRIPTION_DENIED;
    }
    return administration.subscribeForClient(vpn, queue, topic)
        ? Response.OK
        : ErrorResponses.SUBSCRIPTION_EXISTS;
  }

  // Permissions on the wire: one bit each for reading, consuming, changing topics and deleting.
  private static final Map<Permission, Integer> BITS =
      Map.of(
          Permission.NO_ACCESS, 0,
          Permission.READ_ONLY, 0x1,
          Permission.CONSUME, 0x3,
          Permission.MODIFY_TOPIC, 0x7,
          Permission.DELETE, 0xf);

  static int permissionBits(Permission permission) {
    return BITS.getOrDefault(permission, 0);
  }

  private static String permissionName(int bits) {
    if ((bits & 0x8) != 0) {
      return "delete";
    }
    if ((bits & 0x4) != 0) {
      return "modify-topic";
    }
    if ((bits & 0x2) != 0) {
      return "consume";
    }
    return (bits & 0x1) != 0 ? "read-only" : "no-access";
  }
}
