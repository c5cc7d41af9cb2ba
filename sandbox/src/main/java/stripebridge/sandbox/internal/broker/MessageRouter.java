package stripebridge.sandbox.internal.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import stripebridge.sandbox.internal.smf.Frame;
import stripebridge.sandbox.internal.smf.MalformedFrameException;
import stripebridge.sandbox.internal.smf.MessageContent;
import stripebridge.sandbox.internal.smf.Protocol;
import stripebridge.sandbox.internal.smf.Response;

/// Takes one message from a client to every queue and direct subscriber that it is for.
///
/// Stateless but for its VPN; safe from any thread.
final class MessageRouter {
  private final Vpn vpn;

  MessageRouter(Vpn vpn) {
    this.vpn = vpn;
  }

  /// Spools a guaranteed message in all queues it is for, or in none.
  ///
  /// @return what the sender hears
  Response publish(ClientSession sender, Frame frame) throws MalformedFrameException {
    var destination = frame.destination();
    Set<MessageQueue> matched;
    if (frame.isToQueue()) {
      var queue = vpn.queue(queueName(destination));
      if (queue.isEmpty()) {
        return ErrorResponses.QUEUE_NOT_FOUND;
      }
      // To an ACL profile a queue is a topic of that name. Temporary ones are for whoever was told.
      if (queue.get().isDurable() && !sender.mayPublish(destination)) {
        return ErrorResponses.PUBLISH_DENIED;
      }
      matched = Set.of(queue.get());
    } else {
      if (!Topics.isTopic(destination)) {
        return ErrorResponses.TOPIC_INVALID;
      }
      if (!sender.mayPublish(destination)) {
        return ErrorResponses.PUBLISH_DENIED;
      }
      matched = vpn.queuesFor(destination);
      if (matched.isEmpty() && sender.rejectsWithoutMatch()) {
        return ErrorResponses.NO_MATCH;
      }
    }
    var direct = directSubscribers(frame, destination);
    if (matched.isEmpty() && direct.isEmpty()) {
      return Response.OK;
    }
    var content = MessageContent.of(frame);
    var response = matched.isEmpty() ? Response.OK : spool(matched, content, frame);
    if (response.isOk()) {
      sendDirect(direct, content);
    }
    return response;
  }

  private static String queueName(String destination) {
    return destination.startsWith(Protocol.QUEUE_PREFIX)
        ? destination.substring(Protocol.QUEUE_PREFIX.length())
        : destination;
  }

  /// First every queue is asked, then every queue that wants it gets it: one that refuses loudly
  /// refuses for all.
  private Response spool(Collection<MessageQueue> matched, MessageContent content, Frame frame) {
    int size = content.bytes().length;
    var taking = new ArrayList<MessageQueue>(matched.size());
    for (var queue : matched) {
      var admission = queue.admit(size, content.bodyLength());
      if (admission.isTaken()) {
        taking.add(queue);
      } else if (!admission.response().isOk()) {
        taking.forEach(other -> other.releaseReservation(size));
        return admission.response();
      }
    }
    if (taking.isEmpty()) {
      return Response.OK;
    }
    var full = vpn.reserve(size, taking.size());
    if (full != null) {
      taking.forEach(queue -> queue.releaseReservation(size));
      if (Vpn.noneNotifiesSender(taking)) {
        return Response.OK;
      }
      return full == vpn.spool() ? ErrorResponses.VPN_OVER_QUOTA : ErrorResponses.SPOOL_FULL;
    }
    var message = new SpooledMessage(content, frame);
    // Held by all before the first can let go.
    taking.forEach(_ -> message.retain());
    taking.forEach(queue -> queue.append(message, false));
    return Response.OK;
  }

  /// Sends a direct message on. To a queue that subscribed it is a non-persistent message; nobody
  /// hears when the queue does not take it.
  void publishDirect(ClientSession sender, Frame frame) throws MalformedFrameException {
    var destination = frame.destination();
    if (frame.isToQueue() || !Topics.isTopic(destination) || !sender.mayPublish(destination)) {
      return;
    }
    var matched = vpn.queuesFor(destination);
    var direct = directSubscribers(frame, destination);
    if (matched.isEmpty() && direct.isEmpty()) {
      return;
    }
    var content = MessageContent.of(frame);
    if (!matched.isEmpty()) {
      spool(matched, content.asNonPersistent(), frame);
    }
    sendDirect(direct, content);
  }

  private List<ClientSession> directSubscribers(Frame frame, String destination) {
    if (frame.isToQueue() || vpn.directSubscriptions().isEmpty()) {
      return List.of();
    }
    var found = new LinkedHashSet<ClientSession>();
    vpn.directSubscriptions().match(destination, found);
    return List.copyOf(found);
  }

  private static void sendDirect(List<ClientSession> receivers, MessageContent content)
      throws MalformedFrameException {
    if (!receivers.isEmpty()) {
      var direct = content.asDirect();
      receivers.forEach(receiver -> receiver.offerDirect(direct));
    }
  }
}
