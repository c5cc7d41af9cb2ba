package stripebridge.sandbox.internal.broker;

import java.util.ArrayDeque;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.smf.MessageContent;

/// One client's bind to one queue: what was delivered on it, and how much more may be.
///
/// Guarded by its queue's lock, except for the volatile fields.
final class ConsumerFlow {
  private final int id;
  private final ClientSession session;
  private final MessageQueue queue;
  private final boolean isBrowser;
  private final boolean wantsChanges;
  private final long bindMillis;

  /// Delivered and unsettled entries, by wire id. Empty for a browser, which settles nothing.
  private NavigableMap<Long, QueueEntry> unsettled = new TreeMap<>();

  /// Wire ids that the client has not reported as received; they count against its window.
  private final ArrayDeque<Long> inTransit = new ArrayDeque<>();

  /// Wire ids taken over from an earlier flow, to be sent again.
  private final ArrayDeque<Long> adopted = new ArrayDeque<>();

  private int window;
  private long lastWireId;
  private volatile long lastWritten;
  private volatile boolean isReleased;

  /// A browser's next entry; null at the end of the queue.
  @Nullable QueueEntry browsesNext;

  /// Added to the ids that a browser sees. 0 unless the client remembers another spool.
  long browseOffset;

  long acked;
  long redelivered;

  ConsumerFlow(
      int id, ClientSession session, MessageQueue queue, BindRequest request, long bindMillis) {
    this.id = id;
    this.session = session;
    this.queue = queue;
    this.isBrowser = request.isBrowser();
    this.wantsChanges = request.wantsFlowChanges();
    this.bindMillis = bindMillis;
    this.lastWireId = request.lastReceived();
    this.lastWritten = request.lastReceived();
  }

  int id() {
    return id;
  }

  ClientSession session() {
    return session;
  }

  MessageQueue queue() {
    return queue;
  }

  boolean isBrowser() {
    return isBrowser;
  }

  boolean wantsChanges() {
    return wantsChanges;
  }

  int window() {
    return window;
  }

  NavigableMap<Long, QueueEntry> unsettled() {
    return unsettled;
  }

  /// Takes over an entry that an earlier flow of the same client left unsettled.
  void adopt(long wireId, QueueEntry entry) {
    unsettled.put(wireId, entry);
    adopted.add(wireId);
  }

  /// Sends the adopted entries again under their old ids. The client drops those that it still has,
  /// and repeats the acks that were lost with the connection.
  ///
  /// @return how many were sent
  int sendAdopted(boolean countsDeliveries, long spoolerId) {
    int count = 0;
    while (!adopted.isEmpty() && window > 0 && !isReleased && session.hasRoom()) {
      long wireId = adopted.poll();
      QueueEntry entry = unsettled.get(wireId);
      if (entry != null) {
        send(
            entry,
            wireId,
            wireId - 1,
            Math.max(1, entry.deliveries - 1),
            countsDeliveries,
            spoolerId);
        count++;
      }
    }
    return count;
  }

  /// Releases the flow and returns its unsettled entries.
  NavigableMap<Long, QueueEntry> release() {
    isReleased = true;
    NavigableMap<Long, QueueEntry> left = unsettled;
    unsettled = new TreeMap<>();
    inTransit.clear();
    adopted.clear();
    return left;
  }

  boolean isReleased() {
    return isReleased;
  }

  /// Applies the client's report: what it has received, and its new window.
  void receivedUpTo(long wireId, int newWindow) {
    while (!inTransit.isEmpty() && inTransit.peek() <= wireId) {
      inTransit.poll();
    }
    window = newWindow;
  }

  boolean canTake(int unsettledMax) {
    return inTransit.size() < window
        && unsettled.size() < unsettledMax
        && !isReleased
        && session.hasRoom();
  }

  /// Sends a message.
  ///
  /// The client treats an id that does not rise on this flow as a duplicate and acknowledges it
  /// unseen. So the wire id is the entry's own id only while that rises.
  void deliver(QueueEntry entry, boolean countsDeliveries, long spoolerId) {
    long previous = lastWireId;
    lastWireId = isBrowser ? entry.id + browseOffset : Math.max(entry.id, lastWireId + 1);
    inTransit.add(lastWireId);
    int redeliveries = 0;
    if (!isBrowser) {
      unsettled.put(lastWireId, entry);
      redeliveries = entry.deliveries++;
      redelivered += redeliveries > 0 ? 1 : 0;
    }
    send(entry, lastWireId, previous, redeliveries, countsDeliveries, spoolerId);
  }

  private void send(
      QueueEntry entry,
      long wireId,
      long previous,
      int redeliveries,
      boolean countsDeliveries,
      long spoolerId) {
    MessageContent.Delivery delivery =
        new MessageContent.Delivery(
            id, wireId, previous, entry.message.id(), spoolerId, redeliveries, countsDeliveries);
    session.offer(new OutgoingFrame.Assured(this, entry.message.content(), delivery));
  }

  BrokerManagement.FlowSnapshot snapshot(boolean isActive) {
    return new BrokerManagement.FlowSnapshot(
        id,
        session.clientName(),
        isBrowser ? "active-browser" : isActive ? "active-consumer" : "inactive",
        bindMillis,
        window,
        unsettled.size(),
        acked,
        redelivered);
  }

  /// The writer calls this just before it writes a message.
  boolean mayWrite(long wireId) {
    lastWritten = Math.max(lastWritten, wireId);
    return !isReleased;
  }

  /// The highest wire id that may have been sent.
  long lastWritten() {
    return lastWritten;
  }
}
