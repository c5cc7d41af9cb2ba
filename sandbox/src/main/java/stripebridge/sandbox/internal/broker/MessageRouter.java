package stripebridge.sandbox.internal.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import stripebridge.sandbox.internal.smf.Frame;
import stripebridge.sandbox.internal.smf.MalformedFrameException;
import stripebridge.sandbox.internal.smf.MessageContent;
import stripebridge.sandbox.internal.smf.Protocol;
import stripebridge.sandbox.internal.smf.Response;

/// Routes a client's messages to every matching queue and direct subscriber.
///
/// Stateless except for its VPN; thread-safe.
final class MessageRouter {
  private final Vpn vpn;

  MessageRouter(Vpn vpn) {
    this.vpn = vpn;
  }

  /// Spools a guaranteed message in all matching queues, or in none.
  ///
  /// @return the response to the sender
  Response publish(ClientSession sender, Frame frame) throws MalformedFrameException {
    String destination = frame.destination();
    Set<MessageQueue> matched;
    if (frame.isToQueue()) {
      Optional<MessageQueue> queue = vpn.queue(queueName(destination));
      if (queue.isEmpty()) {
        return ErrorResponses.QUEUE_NOT_FOUND;
      }
      // To an ACL profile a queue is a topic of that name. A client that knows the name
      // of a temporary queue may use it.
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
    List<ClientSession> direct = directSubscribers(frame, destination);
    if (matched.isEmpty() && direct.isEmpty()) {
      return Response.OK;
    }
    MessageContent content = MessageContent.of(frame);
    Response response = matched.isEmpty() ? Response.OK : spool(matched, content, frame);
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

  /// First all queues are asked, then those that accept get the message. A refusal that notifies
  /// the sender counts for all queues.
  private Response spool(Collection<MessageQueue> matched, MessageContent content, Frame frame) {
    int size = content.bytes().length;
    ArrayList<MessageQueue> taking = new ArrayList<>(matched.size());
    for (MessageQueue queue : matched) {
      QueueContents.Admission admission = queue.admit(size, content.bodyLength());
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
    ByteBudget full = vpn.reserve(size, taking.size());
    if (full != null) {
      taking.forEach(queue -> queue.releaseReservation(size));
      if (Vpn.noneNotifiesSender(taking)) {
        return Response.OK;
      }
      return full == vpn.spool() ? ErrorResponses.VPN_OVER_QUOTA : ErrorResponses.SPOOL_FULL;
    }
    SpooledMessage message = new SpooledMessage(content, frame);
    // All queues retain it before the first can release it.
    taking.forEach(_ -> message.retain());
    taking.forEach(queue -> queue.append(message, false));
    return Response.OK;
  }

  /// Routes a direct message. A queue that subscribed to it gets it as non-persistent; the sender
  /// is not told of a discard.
  void publishDirect(ClientSession sender, Frame frame) throws MalformedFrameException {
    String destination = frame.destination();
    if (frame.isToQueue() || !Topics.isTopic(destination) || !sender.mayPublish(destination)) {
      return;
    }
    Set<MessageQueue> matched = vpn.queuesFor(destination);
    List<ClientSession> direct = directSubscribers(frame, destination);
    if (matched.isEmpty() && direct.isEmpty()) {
      return;
    }
    MessageContent content = MessageContent.of(frame);
    if (!matched.isEmpty()) {
      spool(matched, content.asNonPersistent(), frame);
    }
    sendDirect(direct, content);
  }

  private List<ClientSession> directSubscribers(Frame frame, String destination) {
    if (frame.isToQueue() || vpn.directSubscriptions().isEmpty()) {
      return List.of();
    }
    LinkedHashSet<ClientSession> found = new LinkedHashSet<>();
    vpn.directSubscriptions().match(destination, found);
    return List.copyOf(found);
  }

  private static void sendDirect(List<ClientSession> receivers, MessageContent content)
      throws MalformedFrameException {
    if (!receivers.isEmpty()) {
      MessageContent direct = content.asDirect();
      receivers.forEach(receiver -> receiver.offerDirect(direct));
    }
  }
}
