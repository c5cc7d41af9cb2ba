package stripebridge.sandbox.internal.smf;

import static stripebridge.sandbox.internal.smf.Bytes.i32;
import static stripebridge.sandbox.internal.smf.Bytes.i64;
import static stripebridge.sandbox.internal.smf.Bytes.u16;
import static stripebridge.sandbox.internal.smf.Bytes.u8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The body of a guaranteed-messaging control frame (AssuredCtrl): requests for flows and
/// endpoints, and acks. Refers to the reader's buffer, so use it before the next frame.
public final class AssuredControl {
  public static final int LAST_SENT = 0x01;
  public static final int LAST_ACKED = 0x02;
  public static final int WINDOW = 0x03;
  public static final int ACK_RANGE = 0x05;
  public static final int FLOW_ID = 0x06;
  public static final int QUEUE_NAME = 0x07;
  public static final int TOPIC_ENDPOINT = 0x08;
  public static final int FLOW_NAME = 0x0a;
  public static final int DURABILITY = 0x0b;
  public static final int ACCESS = 0x0c;
  public static final int SELECTOR = 0x0d;
  public static final int LAST_RECEIVED = 0x10;
  public static final int PERMISSION_FOR_OTHERS = 0x11;
  public static final int FLOW_TYPE = 0x12;
  public static final int QUOTA = 0x13;
  public static final int MESSAGE_SIZE_MAX = 0x14;
  public static final int PERMISSION_GRANTED = 0x15;
  public static final int RESPECT_TTL = 0x16;
  public static final int FLOW_ACTIVE = 0x20;
  public static final int WANTS_FLOW_CHANGES = 0x21;
  public static final int ENDPOINT_BEHAVIOUR = 0x22;
  public static final int PUBLISHER_ID = 0x23;
  public static final int REDELIVERY_MAX = 0x2a;
  public static final int DELIVERED_UNACKED_MAX = 0x31;
  public static final int SPOOLER_ID = 0x36;

  /// No real client sends more in one frame.
  private static final int RANGES_MAX = 100_000;

  /// How an application settled a range of messages.
  ///
  /// @param outcome 0 accepted, 1 failed, 2 released, 3 rejected
  public record AckRange(long min, long max, int outcome) {}

  private final byte[] bytes;
  private final int version;
  private final int type;
  private final int[] at = new int[64];
  private final int[] lengths = new int[64];
  private final List<AckRange> ranges = new ArrayList<>();

  private AssuredControl(byte[] bytes, int version, int type) {
    this.bytes = bytes;
    this.version = version;
    this.type = type;
  }

  /// Reads a frame's body.
  public static AssuredControl read(Frame frame) throws MalformedFrameException {
    byte[] bytes = frame.buffer();
    int from = frame.headerEnd();
    int available = frame.end() - from;
    if (available < 3) {
      throw new MalformedFrameException("AssuredCtrl body of " + available + " bytes");
    }
    int version = u8(bytes, from) & 0x3f;
    boolean isLong = version >= 3;
    int lead = isLong ? 6 : 3;
    if (available < lead) {
      throw new MalformedFrameException("AssuredCtrl body of " + available + " bytes");
    }
    int type = isLong ? u8(bytes, from + 1) : u8(bytes, from + 1) >> 4;
    int length = isLong ? i32(bytes, from + 2) : (u16(bytes, from + 1) & 0xfff) * 4;
    if (length < lead || length > available) {
      throw new MalformedFrameException(
          "AssuredCtrl length %d in a body of %d bytes".formatted(length, available));
    }
    AssuredControl control = new AssuredControl(bytes, version, type);
    int position = from + lead;
    while (position < from + length) {
      position = control.readParameter(position, from + length);
    }
    return control;
  }

  private int readParameter(int position, int end) throws MalformedFrameException {
    int parameter = u8(bytes, position) & 0x3f;
    if (u8(bytes, position) == 0) {
      return position + 1;
    }
    int lead = 2;
    int length = end - position < 2 ? 0 : u8(bytes, position + 1);
    if (length == 0 && end - position >= 6) {
      lead = 6;
      length = i32(bytes, position + 2);
    }
    if (length < lead || length > end - position) {
      throw new MalformedFrameException(
          "AssuredCtrl parameter 0x%02x of %d bytes runs over the body"
              .formatted(parameter, length));
    }
    if (parameter == ACK_RANGE) {
      addRange(position + lead, length - lead);
    } else {
      at[parameter] = position + lead;
      lengths[parameter] = length - lead;
    }
    return position + length;
  }

  private void addRange(int position, int length) throws MalformedFrameException {
    if (length < 16 || ranges.size() == RANGES_MAX) {
      throw new MalformedFrameException("ack range of " + length + " bytes");
    }
    int outcome = length > 16 ? u8(bytes, position + 16) : 0;
    ranges.add(new AckRange(i64(bytes, position), i64(bytes, position + 8), outcome));
  }

  public int version() {
    return version;
  }

  public int type() {
    return type;
  }

  public List<AckRange> ranges() {
    return ranges;
  }

  public boolean has(int parameter) {
    return at[parameter] != 0;
  }

  /// A number of 1, 2, 4 or 8 bytes.
  public long number(int parameter, long absent) throws MalformedFrameException {
    if (!has(parameter)) {
      return absent;
    }
    int position = at[parameter];
    return switch (lengths[parameter]) {
      case 1 -> u8(bytes, position);
      case 2 -> u16(bytes, position);
      case 4 -> Bytes.u32(bytes, position);
      case 8 -> i64(bytes, position);
      default ->
          throw new MalformedFrameException(
              "AssuredCtrl number 0x%02x of %d bytes".formatted(parameter, lengths[parameter]));
    };
  }

  public int number32(int parameter, int absent) throws MalformedFrameException {
    return (int) number(parameter, absent);
  }

  public Optional<String> text(int parameter) {
    return has(parameter)
        ? Optional.of(Bytes.text(bytes, at[parameter], lengths[parameter]))
        : Optional.empty();
  }

  /// The first byte of a flags parameter; 0 when it is absent.
  public int flags(int parameter) {
    return has(parameter) && lengths[parameter] > 0 ? u8(bytes, at[parameter]) : 0;
  }
}
