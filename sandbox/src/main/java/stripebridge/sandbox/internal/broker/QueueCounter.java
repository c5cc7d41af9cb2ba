package stripebridge.sandbox.internal.broker;

/// What a queue counts over its life, under the names that SEMP's monitor gives them.
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
}
