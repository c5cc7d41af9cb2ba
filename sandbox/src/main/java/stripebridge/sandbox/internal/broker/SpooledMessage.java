package stripebridge.sandbox.internal.broker;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import stripebridge.sandbox.internal.smf.Frame;
import stripebridge.sandbox.internal.smf.MessageContent;
import stripebridge.sandbox.internal.smf.Protocol;

/// A message in the spool, once, however many queues hold it.
///
/// Its room in the spool is taken before it is made, and given back when the last queue lets go.
final class SpooledMessage {
  /// What a message takes on the heap beside its bytes: this object, its content and array header.
  private static final int OVERHEAD = 112;

  /// What each queue that holds it takes for that.
  static final int ENTRY_OVERHEAD = 72;

  private static final AtomicIntegerFieldUpdater<SpooledMessage> REFERENCES =
      AtomicIntegerFieldUpdater.newUpdater(SpooledMessage.class, "references");

  private final MessageContent content;
  private final long timeToLive;
  private final int publisherId;
  private final byte priority;

  /// Its number, from the first queue that took it. Written before any other thread can see it.
  private long id;

  // Read and written by the updater only, which saves an object per message.
  @SuppressWarnings("UnusedVariable")
  private volatile int references;

  SpooledMessage(MessageContent content, Frame frame) {
    this.content = content;
    this.timeToLive = frame.timeToLive();
    this.publisherId = frame.publisherId();
    // What is above 9 counts as 9; unset counts as the default 4.
    this.priority = (byte) (frame.priority() < 0 ? 4 : Math.min(frame.priority(), 9));
  }

  /// Bytes on the heap of a message with so much content, without its entries.
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

  /// Lets go; true for the last holder.
  boolean release() {
    return REFERENCES.decrementAndGet(this) == 0;
  }
}
