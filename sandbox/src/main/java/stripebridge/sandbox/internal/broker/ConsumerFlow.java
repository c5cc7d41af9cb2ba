package stripebridge.sandbox.internal.broker;

import java.util.ArrayDeque;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.smf.MessageContent;

/// One client's binding to one queue: what was delivered on it, and how much more may be.
///
/// Guarded by its queue's lock, but for what is volatile.
final class ConsumerFlow {
  private final int id;
  private final ClientSession session;
  private final MessageQueue queue;
  private final boolean isBrowser;
  private final boolean wantsChanges;
  private final long bindMillis;

  /// Delivered and not settled, by wire id. A browser settles nothing and holds nothing here.
  private NavigableMap<Long, QueueEntry> unsettled = new TreeMap<>();

  /// Wire ids beyond what the client says it has received: they count against its window.
  private final ArrayDeque<Long> inTransit = new ArrayDeque<>();

  /// Wire ids that were taken over from an earlier flow and have to be sent once more.
  private final ArrayDeque<Long> adopted = new ArrayDeque<>();

  private int window;
  private long lastWireId;
  private volatile long lastWritten;
  private volatile boolean isReleased;

  /// A browser's next entry; null when it has seen all there is.
  @Nullable QueueEntry browsesNext;

  /// Added to the ids that a browser sees; not 0 only when the client remembers another spool.
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

  /// Takes over what an earlier flow of the same client left unsettled.
  void adopt(long wireId, QueueEntry entry) {
    unsettled.put(wireId, entry);
    adopted.add(wireId);
  }

  /// Sends what was taken over once more, under its old ids. The client drops what it still holds,
  /// and acknowledges once more what it had acknowledged when that was lost with the connection.
  ///
  /// @return how many were sent
  int sendAdopted(boolean countsDeliveries, long spoolerId) {
    int count = 0;
    while (!adopted.isEmpty() && window > 0 && !isReleased && session.hasRoom()) {
      long wireId = adopted.poll();
      var entry = unsettled.get(wireId);
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

  /// Forgets what was unsettled and hands it over.
  NavigableMap<Long, QueueEntry> release() {
    isReleased = true;
    var left = unsettled;
    unsettled = new TreeMap<>();
    inTransit.clear();
    adopted.clear();
    return left;
  }

  boolean isReleased() {
    return isReleased;
  }

  /// Takes the client's word on what it has received and how much more it can.
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
  /// The client takes an id that is not above all before on this flow for a duplicate and
  /// acknowledges it unseen: hence the wire id is the entry's only where that has risen.
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
    var delivery =
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

  /// Asked by the writer just before it writes a message.
  boolean mayWrite(long wireId) {
    lastWritten = Math.max(lastWritten, wireId);
    return !isReleased;
  }

  /// The highest wire id that may have left for the client.
  long lastWritten() {
    return lastWritten;
  }
}
