package stripebridge.sandbox.internal.broker;

import stripebridge.sandbox.internal.model.Attributes;

/// A queue's configuration, read once per change so that the message path looks up no attribute by
/// name.
///
/// @param quotaBytes 0 keeps only the last message
/// @param ttlMaxMillis 0 for none
/// @param redeliveriesMax 0 for no limit
record QueueSettings(
    Attributes attributes,
    boolean ingressEnabled,
    boolean egressEnabled,
    boolean exclusive,
    int partitions,
    String owner,
    Permission permission,
    String deadMessageQueue,
    boolean respectsTtl,
    long ttlMaxMillis,
    boolean respectsDmqEligible,
    boolean redeliveryEnabled,
    int redeliveriesMax,
    long quotaBytes,
    long messageBytesMax,
    int bindsMax,
    int deliveredUnackedMax,
    boolean countsDeliveries,
    boolean respectsPriority,
    DiscardBehavior discardBehavior) {

  /// SEMP counts spool usage in megabytes.
  static final long MEGABYTE = 1_000_000;

  /// What clients other than the owner may do; each permission includes those before it.
  enum Permission {
    NO_ACCESS,
    READ_ONLY,
    CONSUME,
    MODIFY_TOPIC,
    DELETE;

    static Permission of(String sempName) {
      return switch (sempName) {
        case "no-access" -> NO_ACCESS;
        case "read-only" -> READ_ONLY;
        case "consume" -> CONSUME;
        case "modify-topic" -> MODIFY_TOPIC;
        case "delete" -> DELETE;
        default -> throw new IllegalArgumentException("unknown permission " + sempName);
      };
    }

    boolean allows(Permission wanted) {
      return compareTo(wanted) >= 0;
    }
  }

  /// When the sender is notified of a message that the queue discards.
  enum DiscardBehavior {
    NEVER,
    WHEN_QUEUE_ENABLED,
    ALWAYS;

    static DiscardBehavior of(String sempName) {
      return switch (sempName) {
        case "never" -> NEVER;
        case "when-queue-enabled" -> WHEN_QUEUE_ENABLED;
        case "always" -> ALWAYS;
        default -> throw new IllegalArgumentException("unknown discard behavior " + sempName);
      };
    }
  }

  static QueueSettings of(Attributes queue) {
    return new QueueSettings(
        queue,
        queue.bool("ingressEnabled"),
        queue.bool("egressEnabled"),
        queue.text("accessType").equals("exclusive"),
        (int) queue.number("partitionCount"),
        queue.text("owner"),
        Permission.of(queue.text("permission")),
        queue.text("deadMsgQueue"),
        queue.bool("respectTtlEnabled"),
        queue.number("maxTtl") * 1000,
        queue.bool("respectDmqEligibleEnabled"),
        queue.bool("redeliveryEnabled"),
        (int) queue.number("maxRedeliveryCount"),
        queue.number("maxMsgSpoolUsage") * MEGABYTE,
        queue.number("maxMsgSize"),
        (int) queue.number("maxBindCount"),
        (int) queue.number("maxDeliveredUnackedMsgsPerFlow"),
        queue.bool("deliveryCountEnabled"),
        queue.bool("respectMsgPriorityEnabled"),
        DiscardBehavior.of(queue.text("rejectMsgToSenderOnDiscardBehavior")));
  }

  /// Exclusive queues have no partitions, even if their attribute is set.
  boolean isPartitioned() {
    return !exclusive && partitions > 0;
  }

  /// What a client may do with the queue.
  Permission permissionOf(String clientUsername, boolean overrides) {
    return overrides || (!owner.isEmpty() && owner.equals(clientUsername))
        ? Permission.DELETE
        : permission;
  }

  /// Whether a message may be delivered again.
  ///
  /// @param deliveries how many times it was delivered
  boolean hasTriesLeft(int deliveries) {
    return deliveries == 0
        || (redeliveryEnabled && (redeliveriesMax == 0 || deliveries <= redeliveriesMax));
  }

  /// Whether the change needs egress to be off for a moment, which unbinds consumers.
  boolean unbindsConsumersOf(QueueSettings before) {
    return exclusive != before.exclusive
        || !owner.equals(before.owner)
        || permission != before.permission
        || respectsPriority != before.respectsPriority;
  }
}
