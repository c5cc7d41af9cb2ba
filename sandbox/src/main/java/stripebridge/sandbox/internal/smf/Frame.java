package stripebridge.sandbox.internal.smf;

import static stripebridge.sandbox.internal.smf.Bytes.i32;
import static stripebridge.sandbox.internal.smf.Bytes.i64;
import static stripebridge.sandbox.internal.smf.Bytes.u24;
import static stripebridge.sandbox.internal.smf.Bytes.u8;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// One frame in the reader's buffer, with its header parameters parsed. Valid until the reader's
/// next frame: a connection uses one object for all frames, so that reading a message allocates
/// only the message.
public final class Frame {
  private byte[] buffer = new byte[0];
  private int start;
  private int headerEnd;
  private int end;

  private int tag;
  private boolean ackImmediately;
  private boolean queueDestination;
  private int destinationAt;
  private int destinationLength;
  private int userAt;
  private int userLength;
  private int passwordAt;
  private int passwordLength;
  private long messageId;
  private long previousId;
  private int flowId;
  private int publisherId;
  private int priority;
  private long timeToLive;

  /// Parses the header of a complete frame.
  ///
  /// @throws MalformedFrameException when a parameter runs over the header's end
  public void read(byte[] from, int at, int headerLength, int totalLength)
      throws MalformedFrameException {
    buffer = from;
    start = at;
    headerEnd = at + headerLength;
    end = at + totalLength;
    tag = -1;
    ackImmediately = false;
    queueDestination = false;
    destinationAt = -1;
    userAt = -1;
    passwordAt = -1;
    messageId = -1;
    previousId = -1;
    flowId = -1;
    publisherId = 0;
    priority = -1;
    timeToLive = 0;
    int position = at + Protocol.FIXED_HEADER;
    while (position < headerEnd) {
      position = readParameter(position);
    }
  }

  private int readParameter(int at) throws MalformedFrameException {
    int first = u8(buffer, at);
    int next = HeaderParameters.next(buffer, at, headerEnd);
    if (first == 0) {
      return next;
    }
    if ((first & Protocol.LIGHT) != 0) {
      readLight((first >> 2) & 7, at + 1, next - at - 1);
    } else {
      int value = HeaderParameters.value(buffer, at);
      readStandard(first & 0x1f, value, next - value);
    }
    return next;
  }

  private void readLight(int type, int at, int length) {
    switch (type) {
      case 0 -> tag = length == 3 ? u24(buffer, at) : -1;
      case 2 -> queueDestination = true;
      case 3 -> ackImmediately = true;
      default -> {}
    }
  }

  private void readStandard(int type, int at, int length) throws MalformedFrameException {
    switch (type) {
      case Protocol.PUBLISHER_ID -> publisherId = i32(buffer, sized(at, length, 4, type));
      case Protocol.PRIORITY -> priority = u8(buffer, sized(at, length, 1, type));
      case Protocol.USER_NAME -> {
        userAt = at;
        userLength = length;
      }
      case Protocol.PASSWORD -> {
        passwordAt = at;
        passwordLength = length;
      }
      case Protocol.DELIVERY_MODE -> sized(at, length, 1, type);
      case Protocol.MESSAGE_ID -> messageId = i64(buffer, sized(at, length, 8, type));
      case Protocol.PREVIOUS_ID -> previousId = i64(buffer, sized(at, length, 8, type));
      case Protocol.FLOW_ID -> flowId = i32(buffer, sized(at, length, 4, type));
      case Protocol.DESTINATION -> {
        destinationAt = at;
        destinationLength = length;
      }
      case Protocol.TIME_TO_LIVE -> timeToLive = i64(buffer, sized(at, length, 8, type));
      default -> {}
    }
  }

  private static int sized(int at, int length, int wanted, int type)
      throws MalformedFrameException {
    if (length != wanted) {
      throw new MalformedFrameException(
          "header parameter 0x%02x has %d bytes, not %d".formatted(type, length, wanted));
    }
    return at;
  }

  public int protocol() {
    return u8(buffer, start + 1) & 0x3f;
  }

  /// The first byte: version, and the flags of [Protocol].
  public int flags() {
    return u8(buffer, start);
  }

  public boolean isAssured() {
    return (flags() & Protocol.ASSURED) != 0;
  }

  public byte[] buffer() {
    return buffer;
  }

  public int start() {
    return start;
  }

  public int headerEnd() {
    return headerEnd;
  }

  public int end() {
    return end;
  }

  /// The tag that an answer repeats, or -1.
  public int tag() {
    return tag;
  }

  public boolean ackImmediately() {
    return ackImmediately;
  }

  /// The destination as written, with a queue's prefix; empty without one.
  public String destination() {
    return destinationAt < 0 ? "" : Bytes.text(buffer, destinationAt, destinationLength);
  }

  public boolean isToQueue() {
    return queueDestination;
  }

  public Optional<String> userName() {
    return userAt < 0 ? Optional.empty() : base64(userAt, userLength);
  }

  public Optional<String> password() {
    return passwordAt < 0 ? Optional.empty() : base64(passwordAt, passwordLength);
  }

  private Optional<String> base64(int at, int length) {
    try {
      byte[] text = Bytes.text(buffer, at, length).getBytes(StandardCharsets.ISO_8859_1);
      return Optional.of(new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      // Not Base64, so it matches no name or password.
      return Optional.empty();
    }
  }

  /// The id of a guaranteed message on its publisher flow, or -1.
  public long messageId() {
    return messageId;
  }

  /// The id of the guaranteed message before it, or -1.
  public long previousId() {
    return previousId;
  }

  public int flowId() {
    return flowId;
  }

  public int publisherId() {
    return publisherId;
  }

  /// 0 to 255, or -1 when unset.
  public int priority() {
    return priority;
  }

  /// Milliseconds; 0 means no expiry.
  public long timeToLive() {
    return timeToLive;
  }
}
