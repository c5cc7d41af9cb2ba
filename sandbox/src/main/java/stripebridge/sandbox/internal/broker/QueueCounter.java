package stripebridge.sandbox.internal.broker;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/// The counters of a queue, with their names in SEMP's monitor.
public enum QueueCounter {
  SPOOLED_MSG("spooledMsgCount"),
  SPOOLED_BYTE("spooledByteCount"),
  REDELIVERED("redeliveredMsgCount"),
  DELETED("deletedMsgCount"),
  TRANSPORT_RETRANSMIT("transportRetransmitMsgCount"),
  BIND_REQUEST("bindRequestCount"),
  BIND_SUCCESS("bindSuccessCount"),
  BIND_FAILED_MAX_COUNT("maxBindCountExceededBindFailureCount"),
  BIND_FAILED_DISABLED("disabledBindFailureCount"),
  BIND_FAILED_OTHER("otherBindFailureCount"),
  DISCARDED_DISABLED("disabledDiscardedMsgCount"),
  DISCARDED_OVER_QUOTA("maxMsgSpoolUsageExceededDiscardedMsgCount"),
  DISCARDED_TOO_LARGE("maxMsgSizeExceededDiscardedMsgCount"),
  DISCARDED_LOW_PRIORITY("lowPriorityMsgCongestionDiscardedMsgCount"),
  TTL_DISCARDED("maxTtlExpiredDiscardedMsgCount"),
  TTL_TO_DMQ("maxTtlExpiredToDmqMsgCount"),
  TTL_TO_DMQ_FAILED("maxTtlExpiredToDmqFailedMsgCount"),
  REDELIVERY_DISCARDED("maxRedeliveryExceededDiscardedMsgCount"),
  REDELIVERY_TO_DMQ("maxRedeliveryExceededToDmqMsgCount"),
  REDELIVERY_TO_DMQ_FAILED("maxRedeliveryExceededToDmqFailedMsgCount");

  private final String sempName;

  QueueCounter(String sempName) {
    this.sempName = sempName;
  }

  /// The attribute of the monitor's MsgVpnQueue.
  public String sempName() {
    return sempName;
  }

  /// The counters of one queue. Guarded by the queue's lock.
  // An array by ordinal: a map would allocate a boxed number for every message.
  @SuppressWarnings("EnumOrdinal")
  static final class Values {
    private final long[] counts = new long[values().length];

    void count(QueueCounter counter) {
      add(counter, 1);
    }

    void add(QueueCounter counter, long count) {
      counts[counter.ordinal()] += count;
    }

    void clear() {
      Arrays.fill(counts, 0);
    }

    Map<QueueCounter, Long> snapshot() {
      Map<QueueCounter, Long> all = new EnumMap<>(QueueCounter.class);
      for (QueueCounter counter : values()) {
        all.put(counter, counts[counter.ordinal()]);
      }
      return all;
    }
  }
}
