package stripebridge.sandbox.internal.broker;

import static stripebridge.sandbox.internal.broker.DeadLetter.Reason;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.smf.AssuredControl.AckRange;
import stripebridge.sandbox.internal.smf.Response;

/// A queue: takes messages in, hands them to its consumers, and takes their word on what became of
/// them.
///
/// Thread-safe by one lock of its own. Under it only outboxes are touched, never another queue:
/// messages for the dead message queue are collected and sent there after the lock is let go.
final class MessageQueue {
  /// Clients whose lost connections are remembered, so that they can go on where they were.
  private static final int ORPHANS_MAX = 16;

  private final Vpn vpn;
  private final String name;
  private final boolean isDurable;
  private final boolean isManaged;
  private final ReentrantLock lock = new ReentrantLock();
  private final EntryList entries = new EntryList();
  private final Recorder recorder;
  private final QueueCounters counters = new QueueCounters();
  private final List<ConsumerFlow> consumers = new ArrayList<>();
  private final List<ConsumerFlow> browsers = new ArrayList<>();

  /// What clients whose connection was lost had not settled, by client name.
  private final Map<String, NavigableMap<Long, QueueEntry>> orphans = new LinkedHashMap<>();

  /// What topics it takes; changed only by administration, one change at a time.
  private final Set<String> subscriptions = ConcurrentHashMap.newKeySet();

  private QueueSettings settings;
  private int turn;
  private long reservedBytes;
  private long peakBytes;
  private long unsettled;
  private long lastSpooledId;
  private long binds;
  private long expiryScheduledFor;
  private @Nullable Future<?> expiryAlarm;
  private boolean isDeleted;

  /// What a queue says to a message.
  ///
  /// @param isTaken whether there is room reserved for it
  /// @param response what the sender hears, OK also of a message that is silently discarded
  record Admission(boolean isTaken, Response response) {
    private static final Admission TAKEN = new Admission(true, Response.OK);
  }

  MessageQueue(
      Vpn vpn,
      String name,
      QueueSettings settings,
      boolean isDurable,
      boolean isManaged,
      Recorder recorder) {
    this.vpn = vpn;
    this.name = name;
    this.settings = settings;
    this.isDurable = isDurable;
    this.isManaged = isManaged;
    this.recorder = recorder;
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
    lock.lock();
    try {
      return settings;
    } finally {
      lock.unlock();
    }
  }

  // Messages in

  /// Asks for room for a message; what is taken has to be appended or given up.
  Admission admit(int size, int bodyLength) {
    lock.lock();
    try {
      if (isDeleted) {
        return new Admission(false, Refusals.QUEUE_NOT_FOUND);
      }
      if (!settings.ingressEnabled()) {
        return discard(QueueCounter.DISCARDED_DISABLED, Refusals.QUEUE_SHUTDOWN);
      }
      if (bodyLength > settings.messageBytesMax()) {
        return discard(QueueCounter.DISCARDED_TOO_LARGE, Refusals.TOO_LARGE);
      }
      long quota = settings.quotaBytes();
      if (quota != 0 && entries.bytes() + reservedBytes + size > quota) {
        return discard(QueueCounter.DISCARDED_OVER_QUOTA, Refusals.OVER_QUOTA);
      }
      reservedBytes += size;
      return Admission.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  private Admission discard(QueueCounter why, Response response) {
    counters.count(why);
    boolean tellsSender =
        switch (settings.discardBehavior()) {
          case NEVER -> false;
          case WHEN_QUEUE_ENABLED -> settings.ingressEnabled();
          case ALWAYS -> true;
        };
    return new Admission(false, tellsSender ? response : Response.OK);
  }

  /// Gives up the room that was reserved.
  void giveUp(int size) {
    lock.lock();
    try {
      reservedBytes -= size;
    } finally {
      lock.unlock();
    }
  }

  /// Takes a message that was admitted and hands it on at once if a consumer is ready.
  ///
  /// @param isDeadLetter then the time to live its sender gave it has done its work
  void append(SpooledMessage message, boolean isDeadLetter) {
    locked(dead -> {
      reservedBytes -= message.size();
      if (isDeleted) {
        vpn.letGo(message);
        return;
      }
      if (settings.quotaBytes() == 0) {
        // The broker's rule for a quota of 0: only the last message stays.
        removeAll(entries::isReady);
      }
      long now = vpn.millis();
      var entry = new QueueEntry(message, vpn.nextSpoolId(), now, isDeadLetter);
      message.idUnlessSet(entry.id);
      entry.expiryMillis = expiryOf(entry);
      entries.append(entry);
      lastSpooledId = entry.id;
      counters.count(QueueCounter.SPOOLED_MSG);
      counters.add(QueueCounter.SPOOLED_BYTE, message.size());
      peakBytes = Math.max(peakBytes, entries.bytes());
      recorder.add(new Recorder.Recorded(message, entry.id, now));
      for (var browser : browsers) {
        if (browser.browsesNext == null) {
          browser.browsesNext = entry;
        }
      }
      dispatch(dead);
    });
  }

  private long expiryOf(QueueEntry entry) {
    if (!settings.respectsTtl()) {
      return 0;
    }
    long own = entry.isDeadLetter ? 0 : entry.message.timeToLive();
    long max = settings.ttlMaxMillis();
    long ttl = own == 0 ? max : max == 0 ? own : Math.min(own, max);
    return ttl <= 0 ? 0 : entry.spooledMillis + Math.min(ttl, Integer.MAX_VALUE * 1000L);
  }

  // Consumers

  /// Binds a flow whose client may bind; it gets nothing before [#received].
  Response bind(ConsumerFlow flow, boolean isPermitted, long lastReceived) {
    lock.lock();
    try {
      counters.count(QueueCounter.BIND_REQUEST);
      if (isDeleted || flow.session().isGone()) {
        return Refusals.UNKNOWN_QUEUE;
      }
      if (!isPermitted) {
        counters.count(QueueCounter.BIND_FAILED_OTHER);
        return Refusals.NOT_PERMITTED;
      }
      if (!settings.egressEnabled()) {
        counters.count(QueueCounter.BIND_FAILED_DISABLED);
        return Refusals.QUEUE_SHUTDOWN;
      }
      if (consumers.size() + browsers.size() >= settings.bindsMax()) {
        counters.count(QueueCounter.BIND_FAILED_MAX_COUNT);
        return Refusals.TOO_MANY_BINDS;
      }
      counters.count(QueueCounter.BIND_SUCCESS);
      binds++;
      if (flow.isBrowser()) {
        // A client that knows higher ids than were ever given remembers another broker's spool.
        flow.browseOffset = lastReceived > vpn.lastSpoolId() ? lastReceived : 0;
        flow.browsesNext = entries.after(flow.browseOffset > 0 ? 0 : lastReceived);
        browsers.add(flow);
      } else {
        consumers.add(flow);
        adoptOrphans(flow, lastReceived);
      }
      return Response.OK;
    } finally {
      lock.unlock();
    }
  }

  /// What the client holds unsettled since before its connection was lost it will settle on this
  /// flow, under the old ids; so nobody else gets it, unless somebody has already.
  private void adoptOrphans(ConsumerFlow flow, long lastReceived) {
    var left = orphans.remove(flow.session().clientName());
    if (left == null) {
      return;
    }
    left.headMap(lastReceived, true)
        .forEach((wireId, entry) -> {
          if (entries.isReady(entry)) {
            entries.take(entry);
            entry.heldBy = flow;
            unsettled++;
            flow.adopt(wireId, entry);
          }
        });
  }

  /// How many flows have ever been bound.
  long binds() {
    lock.lock();
    try {
      return binds;
    } finally {
      lock.unlock();
    }
  }

  boolean isActive(ConsumerFlow flow) {
    lock.lock();
    try {
      return !settings.exclusive() || consumers.indexOf(flow) == 0;
    } finally {
      lock.unlock();
    }
  }

  /// Takes a client's acknowledgement: what it has received, what it has settled, and how much more
  /// it can take.
  void received(ConsumerFlow flow, long lastReceived, int window, List<AckRange> settled) {
    locked(dead -> {
      if (flow.isReleased()) {
        return;
      }
      flow.receivedUpTo(lastReceived, window);
      for (var range : settled) {
        settle(flow, range, dead);
      }
      dispatch(dead);
    });
  }

  private void settle(ConsumerFlow flow, AckRange range, List<DeadLetter> dead) {
    if (range.min() > range.max()) {
      return;
    }
    if (flow.isBrowser()) {
      browserRemoves(flow, range);
      return;
    }
    var span = flow.unsettled().subMap(range.min(), true, range.max(), true);
    var settled = List.copyOf(span.values());
    span.clear();
    for (var entry : settled) {
      flow.acked += range.outcome() == Outcome.ACCEPTED ? 1 : 0;
      entry.heldBy = null;
      unsettled--;
      switch (range.outcome()) {
        case Outcome.ACCEPTED -> remove(entry);
        case Outcome.REJECTED -> bury(entry, Reason.REJECTED, dead);
        case Outcome.RELEASED -> {
          entry.deliveries--;
          entries.giveBack(entry);
        }
        default -> giveBack(entry, dead);
      }
    }
  }

  /// What a consumer may say of a message.
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
    var entry = entries.after(range.min() - flow.browseOffset - 1);
    while (entry != null && entry.id <= max) {
      var next = entry.next;
      forceRemove(entry);
      entry = next;
    }
  }

  /// Ends a flow and makes what it held ready for others.
  ///
  /// @param mayComeBack whether the client has lost its connection and may go on later
  void release(ConsumerFlow flow, boolean mayComeBack) {
    locked(dead -> releaseLocked(flow, mayComeBack, dead));
  }

  private void releaseLocked(ConsumerFlow flow, boolean mayComeBack, List<DeadLetter> dead) {
    if (flow.isReleased()) {
      return;
    }
    boolean wasActive = !consumers.isEmpty() && consumers.getFirst() == flow;
    consumers.remove(flow);
    browsers.remove(flow);
    var left = flow.release();
    left.forEach((wireId, entry) -> {
      entry.heldBy = null;
      unsettled--;
      if (wireId > flow.lastWritten()) {
        // It never left: that was no delivery.
        entry.deliveries--;
      }
      giveBack(entry, dead);
    });
    if (mayComeBack && !left.isEmpty()) {
      orphans.remove(flow.session().clientName());
      orphans.put(flow.session().clientName(), left);
      if (orphans.size() > ORPHANS_MAX) {
        orphans.remove(orphans.keySet().iterator().next());
      }
    }
    if (wasActive && settings.exclusive() && !consumers.isEmpty()) {
      consumers.getFirst().session().tellActive(consumers.getFirst());
    }
    dispatch(dead);
  }

  /// Makes an entry ready again, unless its time or its tries are over.
  private void giveBack(QueueEntry entry, List<DeadLetter> dead) {
    if (entry.isExpiredAt(vpn.millis())) {
      bury(entry, Reason.TTL, dead);
    } else if (hasNoTriesLeft(entry)) {
      bury(entry, Reason.REDELIVERY, dead);
    } else {
      entries.giveBack(entry);
    }
  }

  private boolean hasNoTriesLeft(QueueEntry entry) {
    if (entry.deliveries == 0) {
      return false;
    }
    int max = settings.redeliveriesMax();
    return !settings.redeliveryEnabled() || (max > 0 && entry.deliveries > max);
  }

  // Messages out

  /// Hands out what is ready to whoever is ready: after this, one of the two is used up.
  void dispatch() {
    locked(this::dispatch);
  }

  private void dispatch(List<DeadLetter> dead) {
    for (var consumer : consumers) {
      int again = consumer.sendAdopted(settings.countsDeliveries(), vpn.spoolerId());
      counters.add(QueueCounter.TRANSPORT_RETRANSMIT, again);
    }
    for (var entry = entries.nextReady(); entry != null; entry = entries.nextReady()) {
      if (entry.expiryMillis != 0 && entry.isExpiredAt(vpn.millis())) {
        bury(entry, Reason.TTL, dead);
        continue;
      }
      var flow = nextFlow();
      if (flow == null) {
        break;
      }
      entries.take(entry);
      entry.heldBy = flow;
      unsettled++;
      if (entry.deliveries > 0) {
        counters.count(QueueCounter.REDELIVERED);
      }
      flow.deliver(entry, settings.countsDeliveries(), vpn.spoolerId());
    }
    for (var browser : browsers) {
      while (browser.browsesNext != null && browser.canTake(Integer.MAX_VALUE)) {
        var entry = browser.browsesNext;
        browser.browsesNext = entry.next;
        browser.deliver(entry, settings.countsDeliveries(), vpn.spoolerId());
      }
    }
    scheduleExpiry();
  }

  /// Whose turn it is: of an exclusive queue the first that bound, else one after the other.
  private @Nullable ConsumerFlow nextFlow() {
    int candidates = settings.exclusive() ? Math.min(1, consumers.size()) : consumers.size();
    for (int i = 0; i < candidates; i++) {
      int index = settings.exclusive() ? 0 : (turn + i) % candidates;
      var flow = consumers.get(index);
      if (flow.canTake(settings.deliveredUnackedMax())) {
        turn = index + 1;
        return flow;
      }
    }
    return null;
  }

  private void scheduleExpiry() {
    var next = entries.nextToExpire();
    if (next != null && (expiryScheduledFor == 0 || next.expiryMillis < expiryScheduledFor)) {
      cancelExpiry();
      expiryScheduledFor = next.expiryMillis;
      expiryAlarm = vpn.schedule(next.expiryMillis - vpn.millis(), this::expire);
    }
  }

  private void cancelExpiry() {
    if (expiryAlarm != null) {
      expiryAlarm.cancel(false);
    }
    expiryAlarm = null;
    expiryScheduledFor = 0;
  }

  private void expire() {
    locked(dead -> {
      cancelExpiry();
      long now = vpn.millis();
      for (var entry = entries.nextToExpire();
          entry != null && entry.isExpiredAt(now);
          entry = entries.nextToExpire()) {
        bury(entry, Reason.TTL, dead);
      }
      scheduleExpiry();
    });
  }

  private void bury(QueueEntry entry, Reason reason, List<DeadLetter> dead) {
    unlink(entry);
    dead.add(new DeadLetter(entry.message, reason));
  }

  private void remove(QueueEntry entry) {
    unlink(entry);
    vpn.letGo(entry.message);
  }

  private void unlink(QueueEntry entry) {
    for (var browser : browsers) {
      if (browser.browsesNext == entry) {
        browser.browsesNext = entry.next;
      }
    }
    entries.remove(entry);
  }

  /// Removes an entry whoever holds it; a later word on it means nothing.
  private void forceRemove(QueueEntry entry) {
    var holder = entry.heldBy;
    if (holder != null) {
      holder.unsettled().values().remove(entry);
      entry.heldBy = null;
      unsettled--;
    }
    remove(entry);
  }

  private void removeAll(Predicate<QueueEntry> which) {
    var entry = entries.first();
    while (entry != null) {
      var next = entry.next;
      if (which.test(entry)) {
        forceRemove(entry);
        counters.count(QueueCounter.DELETED);
      }
      entry = next;
    }
  }

  // Administration

  /// Takes new settings, and unbinds consumers where the broker would.
  void settings(QueueSettings changed) {
    locked(dead -> {
      var before = settings;
      settings = changed;
      entries.byPriority(changed.respectsPriority());
      if (changed.respectsTtl() != before.respectsTtl()
          || changed.ttlMaxMillis() != before.ttlMaxMillis()) {
        entries.forEach(entry -> entries.expiry(entry, expiryOf(entry)));
      }
      if (!changed.egressEnabled()) {
        unbindAll(Refusals.QUEUE_SHUTDOWN, dead);
      } else if (changed.unbindsConsumersOf(before)) {
        unbindAll(Refusals.SERVICE_UNAVAILABLE, dead);
      }
      dispatch(dead);
    });
  }

  private void unbindAll(Response why, List<DeadLetter> dead) {
    var flows = new ArrayList<>(consumers);
    flows.addAll(browsers);
    for (var flow : flows) {
      releaseLocked(flow, true, dead);
      flow.session().tellUnbound(flow, why);
    }
  }

  /// Ends the queue: its consumers are unbound and its messages are gone.
  void delete() {
    locked(dead -> {
      isDeleted = true;
      unbindAll(Refusals.UNKNOWN_QUEUE, dead);
      removeAll(_ -> true);
      orphans.clear();
      recorder.clear();
      cancelExpiry();
    });
  }

  void deleteMessages() {
    locked(_ -> removeAll(_ -> true));
  }

  /// Deletes one message; false when it is not there.
  boolean deleteMessage(long id) {
    lock.lock();
    try {
      var entry = entries.find(id);
      if (entry != null) {
        forceRemove(entry);
        counters.count(QueueCounter.DELETED);
      }
      return entry != null;
    } finally {
      lock.unlock();
    }
  }

  /// Finds a message and holds it, so that it stays whole whatever the queue does next.
  @Nullable SpooledMessage hold(long spoolId) {
    lock.lock();
    try {
      for (var entry = entries.first(); entry != null; entry = entry.next) {
        if (entry.message.id() == spoolId) {
          entry.message.hold();
          return entry.message;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  void count(DeadLetter letter, QueueCounter ofTtl, QueueCounter ofRedelivery) {
    lock.lock();
    try {
      switch (letter.reason()) {
        case TTL -> counters.count(ofTtl);
        case REDELIVERY -> counters.count(ofRedelivery);
        case REJECTED -> {}
      }
    } finally {
      lock.unlock();
    }
  }

  void clearStats() {
    lock.lock();
    try {
      counters.clear();
      peakBytes = entries.bytes();
    } finally {
      lock.unlock();
    }
  }

  // Snapshots

  BrokerState.QueueSnapshot snapshot() {
    lock.lock();
    try {
      var first = entries.first();
      var last = entries.last();
      return new BrokerState.QueueSnapshot(
          settings.attributes(),
          isDurable,
          isManaged,
          entries.size(),
          entries.bytes(),
          peakBytes,
          unsettled,
          consumers.size() + browsers.size(),
          first == null ? 0 : first.id,
          last == null ? 0 : last.id,
          lastSpooledId,
          counters.snapshot());
    } finally {
      lock.unlock();
    }
  }

  /// The messages with higher ids, as the monitor shows them.
  List<BrokerState.MessageSnapshot> messages(long afterId, int max) {
    lock.lock();
    try {
      var found = new ArrayList<BrokerState.MessageSnapshot>();
      var entry = entries.after(afterId);
      for (; entry != null && found.size() < max; entry = entry.next) {
        found.add(MessageView.of(entry, vpn));
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  List<BrokerState.FlowSnapshot> flows() {
    lock.lock();
    try {
      var all = new ArrayList<>(consumers);
      all.addAll(browsers);
      return all.stream().map(this::snapshot).toList();
    } finally {
      lock.unlock();
    }
  }

  private BrokerState.FlowSnapshot snapshot(ConsumerFlow flow) {
    boolean isActive = !settings.exclusive() || consumers.indexOf(flow) == 0;
    return new BrokerState.FlowSnapshot(
        flow.id(),
        flow.session().clientName(),
        flow.session().username(),
        flow.isBrowser() ? "active-browser" : isActive ? "active-consumer" : "inactive",
        flow.bindMillis(),
        flow.window(),
        flow.unsettled().size(),
        flow.delivered,
        flow.acked,
        flow.redelivered);
  }

  /// The last messages that came, oldest first.
  List<Recorder.Recorded> recorded() {
    lock.lock();
    try {
      return recorder.recorded();
    } finally {
      lock.unlock();
    }
  }

  /// The messages that are there, oldest first.
  List<Recorder.Recorded> held() {
    lock.lock();
    try {
      var found = new ArrayList<Recorder.Recorded>();
      entries.forEach(
          entry -> found.add(new Recorder.Recorded(entry.message, entry.id, entry.spooledMillis)));
      return found;
    } finally {
      lock.unlock();
    }
  }

  /// Does something under the lock, then buries what it let go of.
  private void locked(Consumer<List<DeadLetter>> action) {
    var dead = new ArrayList<DeadLetter>(0);
    QueueSettings then;
    lock.lock();
    try {
      action.accept(dead);
      then = settings;
    } finally {
      lock.unlock();
    }
    for (var letter : dead) {
      vpn.bury(this, then, letter);
    }
  }
}
