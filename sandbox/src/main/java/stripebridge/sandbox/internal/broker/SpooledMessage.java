package stripebridge.sandbox.internal.broker;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import stripebridge.sandbox.internal.smf.Frame;
import stripebridge.sandbox.internal.smf.MessageContent;
import stripebridge.sandbox.internal.smf.Protocol;

/// A message in the spool, stored once however many queues refer to it.
///
/// Its room in the spool is reserved before it is created, and freed with the last reference.
final class SpooledMessage {
  /// The heap bytes of a message beside its content: this object, the content object and the array
  /// header.
  private static final int OVERHEAD = 112;

  /// The heap bytes of an entry in one queue.
  static final int ENTRY_OVERHEAD = 72;

  private static final AtomicIntegerFieldUpdater<SpooledMessage> REFERENCES =
      AtomicIntegerFieldUpdater.newUpdater(SpooledMessage.class, "references");

  private final MessageContent content;
  private final long timeToLive;
  private final int publisherId;
  private final byte priority;

  /// The spool id, from the first queue that took it. Written before any other thread can see it.
  private long id;

  // Accessed only through the updater, which saves an object per message.
  @SuppressWarnings("UnusedVariable")
  private volatile int references;

  SpooledMessage(MessageContent content, Frame frame) {
    this.content = content;
    this.timeToLive = frame.timeToLive();
    this.publisherId = frame.publisherId();
    // A priority above 9 counts as 9, an unset one as the default 4.
    this.priority = (byte) (frame.priority() < 0 ? 4 : Math.min(frame.priority(), 9));
  }

  /// The heap bytes of a message with this content length, without its entries.
  static long heapBytes(int contentLength) {
    return (long) contentLength + OVERHEAD;
  }

  MessageContent content() {
    return content;
  }

  /// Bytes as quotas count them.
  int size() {
    return content.bytes().length;
  }

  long timeToLive() {
    return timeToLive;
  }

  int publisherId() {
    return publisherId;
  }

  int priority() {
    return priority;
  }

  boolean isDmqEligible() {
    return (content.flags() & Protocol.DMQ_ELIGIBLE) != 0;
  }

  long id() {
    return id;
  }

  void idUnlessSet(long first) {
    if (id == 0) {
      id = first;
    }
  }

  void retain() {
    REFERENCES.incrementAndGet(this);
  }

  /// Drops a reference; true for the last one.
  boolean release() {
    return REFERENCES.decrementAndGet(this) == 0;
  }
}
