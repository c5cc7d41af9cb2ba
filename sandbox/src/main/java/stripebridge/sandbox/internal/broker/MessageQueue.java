package stripebridge.sandbox.internal.broker;

import static stripebridge.sandbox.internal.broker.DeadMessage.Reason;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.smf.AssuredControl.AckRange;
import stripebridge.sandbox.internal.smf.Response;

/// A queue: accepts messages, delivers them to its consumers and applies their acks.
///
/// Thread-safe: each queue has its own lock. Code under it touches outboxes but never another
/// queue: messages for the dead message queue are collected, and sent there after the lock is
/// released.
final class MessageQueue {
  private final Vpn vpn;
  private final String name;
  private final boolean isDurable;
  private final boolean createdByManagement;
  private final ReentrantLock lock = new ReentrantLock();
  private final QueueContents contents;
  private final EntryList entries;
  private final QueueCounter.Values counters;
  private final BoundFlows boundFlows = new BoundFlows();
  private final ExpiryTimer expiryTimer;

  /// The subscriptions; only administration changes them, one change at a time.
  private final Set<String> subscriptions = ConcurrentHashMap.newKeySet();

  private QueueSettings settings;
  private long unsettled;
  private long binds;
  private boolean isDeleted;

  MessageQueue(
      Vpn vpn,
      String name,
      QueueSettings settings,
      boolean isDurable,
      boolean createdByManagement,
      Recorder recorder) {
    this.vpn = vpn;
    this.name = name;
    this.settings = settings;
    this.isDurable = isDurable;
    this.createdByManagement = createdByManagement;
    this.contents = new QueueContents(vpn, recorder);
    this.entries = contents.entries;
    this.counters = contents.counters;
    this.expiryTimer = new ExpiryTimer(vpn, this::expire);
    entries.byPriority(settings.respectsPriority());
  }

  String name() {
    return name;
  }

  boolean isDurable() {
    return isDurable;
  }

  Set<String> subscriptions() {
    return subscriptions;
  }

  QueueSettings settings() {
    return underLock(() -> settings);
  }

  // Incoming messages

  /// Reserves room for a message. The caller must then append the message or release the
  /// reservation.
  QueueContents.Admission admit(int size, int bodyLength) {
    return underLock(() ->
        isDeleted
            ? new QueueContents.Admission(false, ErrorResponses.QUEUE_NOT_FOUND)
            : contents.admit(settings, size, bodyLength));
  }

  /// Releases reserved room.
  void releaseReservation(int size) {
    locked(_ -> contents.releaseReservation(size));
  }

  /// Appends an admitted message and delivers it at once if a consumer is ready.
  ///
  /// @param isDeadMessage whether it is another queue's dead message: the sender's time to live no
  ///   longer counts
  void append(SpooledMessage message, boolean isDeadMessage) {
    locked(dead -> {
      contents.releaseReservation(message.size());
      if (isDeleted) {
        vpn.releaseEntry(message);
        return;
      }
      if (settings.quotaBytes() == 0) {
        // The broker's rule for a quota of 0: only the last message stays.
        removeAll(entries::isReady);
      }
      boundFlows.entryAppended(contents.add(settings, message, isDeadMessage));
      dispatch(dead);
    });
  }

  // Consumers

  /// Binds a flow. It gets no messages before the first [#handleAck].
  Response bind(ConsumerFlow flow, boolean isPermitted, long lastReceived) {
    return underLock(() -> {
      counters.count(QueueCounter.BIND_REQUEST);
      if (isDeleted || flow.session().isClosing()) {
        return ErrorResponses.UNKNOWN_QUEUE;
      }
      if (!isPermitted) {
        counters.count(QueueCounter.BIND_FAILED_OTHER);
        return ErrorResponses.NOT_PERMITTED;
      }
      if (!settings.egressEnabled()) {
        counters.count(QueueCounter.BIND_FAILED_DISABLED);
        return ErrorResponses.QUEUE_SHUTDOWN;
      }
      if (boundFlows.count() >= settings.bindsMax()) {
        counters.count(QueueCounter.BIND_FAILED_MAX_COUNT);
        return ErrorResponses.TOO_MANY_BINDS;
      }
      counters.count(QueueCounter.BIND_SUCCESS);
      binds++;
      if (flow.isBrowser()) {
        // A client that knows ids higher than any assigned here remembers another broker's spool.
        flow.browseOffset = lastReceived > vpn.lastSpoolId() ? lastReceived : 0;
        flow.browsesNext = entries.after(flow.browseOffset > 0 ? 0 : lastReceived);
      } else {
        adoptOrphans(flow, lastReceived);
      }
      boundFlows.add(flow);
      return Response.OK;
    });
  }

  /// The client will settle on this flow, under the old ids, what it had not settled when its
  /// connection was lost. So no other flow gets these entries, unless one already has.
  private void adoptOrphans(ConsumerFlow flow, long lastReceived) {
    boundFlows
        .takeOrphans(flow.session().clientName())
        .headMap(lastReceived, true)
        .forEach((wireId, entry) -> {
          if (entries.isReady(entry)) {
            entries.take(entry);
            entry.deliveredTo = flow;
            unsettled++;
            flow.adopt(wireId, entry);
          }
        });
  }

  /// How many flows have ever been bound.
  long binds() {
    return underLock(() -> binds);
  }

  boolean isActive(ConsumerFlow flow) {
    return underLock(() -> isActiveNow(flow));
  }

  private boolean isActiveNow(ConsumerFlow flow) {
    return !settings.exclusive() || boundFlows.first() == flow;
  }

  /// Applies a client's ack: what it has received, what it has settled, and its new window.
  void handleAck(ConsumerFlow flow, long lastReceived, int window, List<AckRange> settled) {
    locked(dead -> {
      if (flow.isReleased()) {
        return;
      }
      flow.receivedUpTo(lastReceived, window);
      for (AckRange range : settled) {
        settle(flow, range, dead);
      }
      dispatch(dead);
    });
  }

  private void settle(ConsumerFlow flow, AckRange range, List<DeadMessage> dead) {
    if (range.min() > range.max()) {
      return;
    }
    if (flow.isBrowser()) {
      browserRemoves(flow, range);
      return;
    }
    NavigableMap<Long, QueueEntry> span =
        flow.unsettled().subMap(range.min(), true, range.max(), true);
    List<QueueEntry> settled = List.copyOf(span.values());
    span.clear();
    for (QueueEntry entry : settled) {
      flow.acked += range.outcome() == Outcome.ACCEPTED ? 1 : 0;
      entry.deliveredTo = null;
      unsettled--;
      switch (range.outcome()) {
        case Outcome.ACCEPTED -> remove(entry);
        case Outcome.REJECTED -> removeAsDead(entry, Reason.REJECTED, dead);
        case Outcome.RELEASED -> {
          entry.deliveries--;
          entries.makeReady(entry);
        }
        default -> requeue(entry, dead);
      }
    }
  }

  /// How a consumer settles a message.
  private static final class Outcome {
    static final int ACCEPTED = 0;
    static final int RELEASED = 2;
    static final int REJECTED = 3;
  }

  private void browserRemoves(ConsumerFlow flow, AckRange range) {
    if (range.outcome() != Outcome.ACCEPTED || !flow.session().mayConsume(settings)) {
      return;
    }
    long max = range.max() - flow.browseOffset;
    QueueEntry entry = entries.after(range.min() - flow.browseOffset - 1);
    while (entry != null && entry.id <= max) {
      QueueEntry next = entry.next;
      forceRemove(entry);
      entry = next;
    }
  }

  /// Ends a flow and makes its unsettled entries ready for others.
  ///
  /// @param mayComeBack whether the client lost its connection and may continue later
  void release(ConsumerFlow flow, boolean mayComeBack) {
    locked(dead -> releaseLocked(flow, mayComeBack, dead));
  }

  private void releaseLocked(ConsumerFlow flow, boolean mayComeBack, List<DeadMessage> dead) {
    if (flow.isReleased()) {
      return;
    }
    boolean wasFirst = boundFlows.first() == flow;
    boundFlows.remove(flow);
    NavigableMap<Long, QueueEntry> left = flow.release();
    left.forEach((wireId, entry) -> {
      entry.deliveredTo = null;
      unsettled--;
      if (wireId > flow.lastWritten()) {
        // It was never sent, so this does not count as a delivery.
        entry.deliveries--;
      }
      requeue(entry, dead);
    });
    if (mayComeBack && !left.isEmpty()) {
      boundFlows.keepOrphans(flow.session().clientName(), left);
    }
    ConsumerFlow first = boundFlows.first();
    if (wasFirst && settings.exclusive() && first != null) {
      first.session().notifyActive(first);
    }
    dispatch(dead);
  }

  /// Makes an entry ready again, unless it has expired or has no deliveries left.
  private void requeue(QueueEntry entry, List<DeadMessage> dead) {
    if (entry.isExpiredAt(vpn.millis())) {
      removeAsDead(entry, Reason.TTL, dead);
    } else if (!settings.hasTriesLeft(entry.deliveries)) {
      removeAsDead(entry, Reason.REDELIVERY, dead);
    } else {
      entries.makeReady(entry);
    }
  }

  // Delivery

  /// Delivers messages until no entry or no consumer is ready.
  void dispatch() {
    locked(this::dispatch);
  }

  private void dispatch(List<DeadMessage> dead) {
    for (ConsumerFlow consumer : boundFlows.consumers()) {
      int again = consumer.sendAdopted(settings.countsDeliveries(), vpn.spoolerId());
      counters.add(QueueCounter.TRANSPORT_RETRANSMIT, again);
    }
    for (QueueEntry entry = entries.nextReady(); entry != null; entry = entries.nextReady()) {
      if (entry.expiryMillis != 0 && entry.isExpiredAt(vpn.millis())) {
        removeAsDead(entry, Reason.TTL, dead);
        continue;
      }
      ConsumerFlow flow = boundFlows.next(settings);
      if (flow == null) {
        break;
      }
      entries.take(entry);
      entry.deliveredTo = flow;
      unsettled++;
      if (entry.deliveries > 0) {
        counters.count(QueueCounter.REDELIVERED);
      }
      flow.deliver(entry, settings.countsDeliveries(), vpn.spoolerId());
    }
    for (ConsumerFlow browser : boundFlows.browsers()) {
      while (browser.browsesNext != null && browser.canTake(Integer.MAX_VALUE)) {
        QueueEntry entry = browser.browsesNext;
        browser.browsesNext = entry.next;
        browser.deliver(entry, settings.countsDeliveries(), vpn.spoolerId());
      }
    }
    expiryTimer.setFor(entries.nextToExpire());
  }

  private void expire() {
    locked(dead -> {
      expiryTimer.cancel();
      long now = vpn.millis();
      for (QueueEntry entry = entries.nextToExpire();
          entry != null && entry.isExpiredAt(now);
          entry = entries.nextToExpire()) {
        removeAsDead(entry, Reason.TTL, dead);
      }
      expiryTimer.setFor(entries.nextToExpire());
    });
  }

  private void removeAsDead(QueueEntry entry, Reason reason, List<DeadMessage> dead) {
    unlink(entry);
    dead.add(new DeadMessage(entry.message, reason));
  }

  private void remove(QueueEntry entry) {
    unlink(entry);
    vpn.releaseEntry(entry.message);
  }

  private void unlink(QueueEntry entry) {
    boundFlows.entryRemoved(entry);
    entries.remove(entry);
  }

  /// Removes an entry even while it is delivered; a later ack of it has no effect.
  private void forceRemove(QueueEntry entry) {
    ConsumerFlow holder = entry.deliveredTo;
    if (holder != null) {
      holder.unsettled().values().remove(entry);
      entry.deliveredTo = null;
      unsettled--;
    }
    remove(entry);
  }

  private void removeAll(Predicate<QueueEntry> which) {
    QueueEntry entry = entries.first();
    while (entry != null) {
      QueueEntry next = entry.next;
      if (which.test(entry)) {
        forceRemove(entry);
        counters.count(QueueCounter.DELETED);
      }
      entry = next;
    }
  }

  // Administration

  /// Applies new settings, and unbinds consumers where the broker would.
  void settings(QueueSettings changed) {
    locked(dead -> {
      QueueSettings before = settings;
      settings = changed;
      contents.settings(before, changed);
      if (!changed.egressEnabled()) {
        unbindAll(ErrorResponses.QUEUE_SHUTDOWN, dead);
      } else if (changed.unbindsConsumersOf(before)) {
        unbindAll(ErrorResponses.SERVICE_UNAVAILABLE, dead);
      }
      dispatch(dead);
    });
  }

  private void unbindAll(Response why, List<DeadMessage> dead) {
    for (ConsumerFlow flow : boundFlows.all()) {
      releaseLocked(flow, true, dead);
      flow.session().notifyUnbound(flow, why);
    }
  }

  /// Deletes the queue: unbinds its flows and discards its messages.
  void delete() {
    locked(dead -> {
      isDeleted = true;
      unbindAll(ErrorResponses.UNKNOWN_QUEUE, dead);
      removeAll(_ -> true);
      boundFlows.clearOrphans();
      contents.forgetRecorded();
      expiryTimer.cancel();
    });
  }

  void deleteMessages() {
    locked(_ -> removeAll(_ -> true));
  }

  /// Deletes one message; false when it does not exist.
  boolean deleteMessage(long id) {
    return underLock(() -> {
      QueueEntry entry = entries.find(id);
      if (entry != null) {
        forceRemove(entry);
        counters.count(QueueCounter.DELETED);
      }
      return entry != null;
    });
  }

  /// Finds and retains a message, so that it stays even if the queue drops it.
  @Nullable SpooledMessage retain(long spoolId) {
    return underLock(() -> {
      SpooledMessage message = contents.find(spoolId);
      if (message != null) {
        message.retain();
      }
      return message;
    });
  }

  void count(DeadMessage message, QueueCounter ofTtl, QueueCounter ofRedelivery) {
    locked(_ -> {
      switch (message.reason()) {
        case TTL -> counters.count(ofTtl);
        case REDELIVERY -> counters.count(ofRedelivery);
        case REJECTED -> {}
      }
    });
  }

  void clearStats() {
    locked(_ -> contents.clearStats());
  }

  // Snapshots

  BrokerManagement.QueueSnapshot snapshot() {
    return underLock(() -> {
      QueueEntry first = entries.first();
      QueueEntry last = entries.last();
      return new BrokerManagement.QueueSnapshot(
          settings.attributes(),
          isDurable,
          createdByManagement,
          entries.size(),
          entries.bytes(),
          contents.peakBytes(),
          unsettled,
          boundFlows.count(),
          first == null ? 0 : first.id,
          last == null ? 0 : last.id,
          contents.lastSpooledId(),
          counters.snapshot());
    });
  }

  /// The messages with ids above `afterId`, as the monitor shows them.
  List<BrokerManagement.MessageSnapshot> messages(long afterId, int max) {
    return underLock(() -> contents.messages(afterId, max));
  }

  List<BrokerManagement.FlowSnapshot> flows() {
    return underLock(
        () -> boundFlows.all().stream().map(flow -> flow.snapshot(isActiveNow(flow))).toList());
  }

  /// The last messages that reached the queue, oldest first.
  List<Recorder.Recorded> recorded() {
    return underLock(contents::recorded);
  }

  /// The messages in the queue, oldest first.
  List<Recorder.Recorded> spooled() {
    return underLock(contents::spooled);
  }

  private <T extends @Nullable Object> T underLock(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }

  /// Runs an action under the lock, then moves the messages that it removed to the dead message
  /// queue.
  private void locked(Consumer<List<DeadMessage>> action) {
    ArrayList<DeadMessage> dead = new ArrayList<>(0);
    QueueSettings settingsThen;
    lock.lock();
    try {
      action.accept(dead);
      settingsThen = settings;
    } finally {
      lock.unlock();
    }
    for (DeadMessage message : dead) {
      vpn.moveToDmqOrDiscard(this, settingsThen, message);
    }
  }
}
