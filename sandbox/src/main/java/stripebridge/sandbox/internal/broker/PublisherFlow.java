package stripebridge.sandbox.internal.broker;

import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.smf.AssuredControl;
import stripebridge.sandbox.internal.smf.ControlFrame;
import stripebridge.sandbox.internal.smf.Frame;
import stripebridge.sandbox.internal.smf.MalformedFrameException;
import stripebridge.sandbox.internal.smf.Protocol;
import stripebridge.sandbox.internal.smf.Response;

/// A publisher's numbered sequence of messages. It outlives its connection for a while, so that a
/// returning client learns what was stored and no message is stored twice.
///
/// Thread-safe: one lock, held while a message is stored. So a dead connection cannot store a
/// message that the next connection was told is missing. Taken before any queue's lock.
final class PublisherFlow {
  private final String name;
  private final int publisherId;
  private final Vpn vpn;
  private final MessageRouter publishing;
  private final ReentrantLock lock = new ReentrantLock();

  /// Refusals that are not sent because acks are stalled.
  private final ArrayDeque<PendingRefusal> pendingRefusals = new ArrayDeque<>();

  private int flowId;
  private int window;
  private int version;
  private long lastAccepted;
  private long lastAcked;
  private boolean isAckScheduled;
  private @Nullable ClientSession owner;

  /// How many connections have owned this flow.
  private long owners;

  private record PendingRefusal(long id, Response response) {}

  PublisherFlow(String name, int publisherId, Vpn vpn, long lastAccepted) {
    this.name = name;
    this.publisherId = publisherId;
    this.vpn = vpn;
    this.publishing = new MessageRouter(vpn);
    this.lastAccepted = lastAccepted;
    this.lastAcked = lastAccepted;
  }

  String name() {
    return name;
  }

  /// Hands the flow to a connection, from now on the only one that may publish on it.
  ///
  /// @return the response, with the last accepted id
  ControlFrame open(ClientSession session, int tag, int newFlowId, int newWindow, int newVersion) {
    lock.lock();
    try {
      if (session.isClosing()) {
        // The client's next connection may own the flow already. Nobody reads this answer.
        return ControlFrame.assured(
            tag, ErrorResponses.INVALID_FLOW, newVersion, Protocol.OPEN_PUBLISHER);
      }
      owner = session;
      owners++;
      flowId = newFlowId;
      window = newWindow;
      version = newVersion;
      lastAcked = lastAccepted;
      pendingRefusals.clear();
      return ControlFrame.assured(tag, Response.OK, version, Protocol.OPEN_PUBLISHER)
          .u32(AssuredControl.FLOW_ID, flowId)
          .text(AssuredControl.FLOW_NAME, name)
          .u64(AssuredControl.LAST_ACKED, lastAccepted)
          .u64(AssuredControl.LAST_SENT, lastAccepted)
          .u8(AssuredControl.WINDOW, window)
          .u32(AssuredControl.PUBLISHER_ID, publisherId);
    } finally {
      lock.unlock();
    }
  }

  /// Detaches the flow from a connection that has ended.
  ///
  /// @return how many connections have owned it; -1 when another one owns it now
  long detach(ClientSession session) {
    lock.lock();
    try {
      if (owner != null && owner != session) {
        return -1;
      }
      owner = null;
      return owners;
    } finally {
      lock.unlock();
    }
  }

  /// Whether no connection has opened the flow since it was detached.
  ///
  /// @param ownersThen what [#detach] returned
  boolean isDetachedSince(long ownersThen) {
    lock.lock();
    try {
      return owner == null && owners == ownersThen;
    } finally {
      lock.unlock();
    }
  }

  /// Stores a message, or repeats the ack of one stored before. Ignores a message that arrives
  /// before its predecessor; the client sends it again.
  void publish(ClientSession session, Frame frame) throws MalformedFrameException {
    lock.lock();
    try {
      if (owner != session) {
        return;
      }
      long id = frame.messageId();
      if (id <= lastAccepted) {
        acknowledge(session, true);
      } else if (frame.previousId() <= lastAccepted) {
        Response refusal = vpn.broker().faults().nextPublishRefusal();
        Response response = refusal != null ? refusal : publishing.publish(session, frame);
        lastAccepted = id;
        if (response.isOk()) {
          acknowledge(session, frame.ackImmediately());
        } else {
          session.log("refused message " + id + " to '" + frame.destination() + "': " + response);
          pendingRefusals.add(new PendingRefusal(id, response));
          sendAcks(session);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /// A third of the window, or one second, whichever is first: the broker's own rule.
  private void acknowledge(ClientSession session, boolean immediately) {
    ActiveFaults faults = vpn.broker().faults();
    if (faults.slowAcksMillis() == 0 && (immediately || lastAccepted - lastAcked >= window / 3)) {
      sendAcks(session);
    } else if (!isAckScheduled) {
      isAckScheduled = true;
      long delay =
          faults.slowAcksMillis() > 0 ? faults.slowAcksMillis() : vpn.broker().ackDelayMillis();
      Future<?> _ = vpn.schedule(delay, this::sendDueAcks);
    }
  }

  /// Sends the acks that are due: their delay is over, or a fault that delayed them has ended.
  void sendDueAcks() {
    lock.lock();
    try {
      isAckScheduled = false;
      if (owner != null) {
        sendAcks(owner);
      }
    } finally {
      lock.unlock();
    }
  }

  private void sendAcks(ClientSession session) {
    if (vpn.broker().faults().areAcksStalled()) {
      return;
    }
    long refusedLast = 0;
    for (PendingRefusal refused = pendingRefusals.poll();
        refused != null;
        refused = pendingRefusals.poll()) {
      session.offer(new OutgoingFrame.Control(ack(refused.id(), refused.response())));
      refusedLast = refused.id();
    }
    // A refusal also acknowledges the messages before it.
    if (refusedLast != lastAccepted) {
      session.offer(new OutgoingFrame.Control(ack(lastAccepted, Response.OK)));
    }
    lastAcked = lastAccepted;
  }

  private byte[] ack(long id, Response response) {
    return ControlFrame.assured(-1, response, version, Protocol.ACK)
        .u32(AssuredControl.FLOW_ID, flowId)
        .u64(AssuredControl.LAST_ACKED, id)
        .u8(AssuredControl.WINDOW, window)
        .toBytes();
  }
}
