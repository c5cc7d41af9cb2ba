package stripebridge.sandbox.internal.smf;

import static stripebridge.sandbox.internal.smf.Bytes.i32;
import static stripebridge.sandbox.internal.smf.Bytes.u8;

/// The body of a subscription request (SMP).
///
/// @param queue the queue it is for; empty for a client's own direct subscription
public record SubscriptionControl(
    int type, boolean wantsResponse, String queue, String subscription) {

  private static final int RESPONSE_REQUIRED = 0x08;

  /// Reads a frame's body.
  public static SubscriptionControl read(Frame frame) throws MalformedFrameException {
    byte[] bytes = frame.buffer();
    int from = frame.headerEnd();
    int available = frame.end() - from;
    int length = available < 6 ? -1 : i32(bytes, from + 1);
    if (length < 6 || length > available) {
      throw new MalformedFrameException(
          "SMP length %d in a body of %d bytes".formatted(length, available));
    }
    int type = u8(bytes, from) & 0x7f;
    boolean wantsResponse = (u8(bytes, from + 5) & RESPONSE_REQUIRED) != 0;
    int position = from + 6;
    int end = from + length;
    if (type != Protocol.ADD_QUEUE_SUBSCRIPTION && type != Protocol.REMOVE_QUEUE_SUBSCRIPTION) {
      String subscription = Bytes.text(bytes, position, end - position);
      return new SubscriptionControl(type, wantsResponse, "", subscription);
    }
    int queueLength = counted(bytes, position, end);
    String queue = Bytes.text(bytes, position + 1, queueLength);
    position += 1 + queueLength;
    String subscription = Bytes.text(bytes, position + 1, counted(bytes, position, end));
    return new SubscriptionControl(type, wantsResponse, queue, subscription);
  }

  private static int counted(byte[] bytes, int at, int end) throws MalformedFrameException {
    int length = at < end ? u8(bytes, at) : Integer.MAX_VALUE;
    if (length > end - at - 1) {
      throw new MalformedFrameException("SMP text runs over the body");
    }
    return length;
  }
}
