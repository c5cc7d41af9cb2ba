package stripebridge.sandbox.internal.broker;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.smf.Response;

/// A queue's messages, the bytes they use and reserve, their counters, and the recorded last
/// messages. Guarded by the queue's lock.
final class QueueContents {
  final EntryList entries = new EntryList();
  final QueueCounter.Values counters = new QueueCounter.Values();
  private final Vpn vpn;
  private final Recorder recorder;
  private long reservedBytes;
  private long peakBytes;
  private long lastSpooledId;

  /// A queue's decision about a message.
  ///
  /// @param isTaken whether room is reserved for it
  /// @param response the response to the sender; OK also when the message is silently discarded
  record Admission(boolean isTaken, Response response) {
    private static final Admission TAKEN = new Admission(true, Response.OK);
  }

  QueueContents(Vpn vpn, Recorder recorder) {
    this.vpn = vpn;
    this.recorder = recorder;
  }

  // Incoming messages

  /// Reserves room for a message.
  Admission admit(QueueSettings settings, int size, int bodyLength) {
    if (!settings.ingressEnabled()) {
      return discard(settings, QueueCounter.DISCARDED_DISABLED, ErrorResponses.QUEUE_SHUTDOWN);
    }
    if (bodyLength > settings.messageBytesMax()) {
      return discard(settings, QueueCounter.DISCARDED_TOO_LARGE, ErrorResponses.TOO_LARGE);
    }
    long quota = settings.quotaBytes();
    if (quota != 0 && entries.bytes() + reservedBytes + size > quota) {
      return discard(settings, QueueCounter.DISCARDED_OVER_QUOTA, ErrorResponses.OVER_QUOTA);
    }
    reservedBytes += size;
    return Admission.TAKEN;
  }

  private Admission discard(QueueSettings settings, QueueCounter why, Response response) {
    counters.count(why);
    boolean notifiesSender =
        switch (settings.discardBehavior()) {
          case NEVER -> false;
          case WHEN_QUEUE_ENABLED -> settings.ingressEnabled();
          case ALWAYS -> true;
        };
    return new Admission(false, notifiesSender ? response : Response.OK);
  }

  /// Releases reserved room: the message is discarded, or has arrived.
  void releaseReservation(int size) {
    reservedBytes -= size;
  }

  /// Adds a message at the end.
  ///
  /// @param isDeadMessage whether it is another queue's dead message: the sender's time to live no
  ///   longer counts
  QueueEntry add(QueueSettings settings, SpooledMessage message, boolean isDeadMessage) {
    long now = vpn.millis();
    QueueEntry entry = new QueueEntry(message, vpn.nextSpoolId(), now, isDeadMessage);
    message.idUnlessSet(entry.id);
    entry.expiryMillis = expiryOf(settings, entry);
    entries.append(entry);
    lastSpooledId = entry.id;
    counters.count(QueueCounter.SPOOLED_MSG);
    counters.add(QueueCounter.SPOOLED_BYTE, message.size());
    peakBytes = Math.max(peakBytes, entries.bytes());
    recorder.add(new Recorder.Recorded(message, entry.id, now));
    return entry;
  }

  private static long expiryOf(QueueSettings settings, QueueEntry entry) {
    if (!settings.respectsTtl()) {
      return 0;
    }
    long own = entry.isDeadMessage ? 0 : entry.message.timeToLive();
    long max = settings.ttlMaxMillis();
    long ttl = own == 0 ? max : max == 0 ? own : Math.min(own, max);
    return ttl <= 0 ? 0 : entry.spooledMillis + Math.min(ttl, Integer.MAX_VALUE * 1000L);
  }

  /// Reorders the entries by new settings, and updates their expiry.
  void settings(QueueSettings before, QueueSettings changed) {
    entries.byPriority(changed.respectsPriority());
    if (changed.respectsTtl() != before.respectsTtl()
        || changed.ttlMaxMillis() != before.ttlMaxMillis()) {
      entries.forEach(entry -> entries.expiry(entry, expiryOf(changed, entry)));
    }
  }

  // Contents

  /// The message with this spool id.
  @Nullable SpooledMessage find(long spoolId) {
    for (QueueEntry entry = entries.first(); entry != null; entry = entry.next) {
      if (entry.message.id() == spoolId) {
        return entry.message;
      }
    }
    return null;
  }

  /// The messages with ids above `afterId`, as the monitor shows them.
  List<BrokerManagement.MessageSnapshot> messages(long afterId, int max) {
    ArrayList<BrokerManagement.MessageSnapshot> found = new ArrayList<>();
    QueueEntry entry = entries.after(afterId);
    for (; entry != null && found.size() < max; entry = entry.next) {
      found.add(entry.snapshot(vpn.spoolerId()));
    }
    return found;
  }

  List<Recorder.Recorded> spooled() {
    ArrayList<Recorder.Recorded> found = new ArrayList<>();
    entries.forEach(
        entry -> found.add(new Recorder.Recorded(entry.message, entry.id, entry.spooledMillis)));
    return found;
  }

  List<Recorder.Recorded> recorded() {
    return recorder.recorded();
  }

  void forgetRecorded() {
    recorder.clear();
  }

  long peakBytes() {
    return peakBytes;
  }

  long lastSpooledId() {
    return lastSpooledId;
  }

  void clearStats() {
    counters.clear();
    peakBytes = entries.bytes();
  }
}
