package stripebridge.sandbox.internal.smf;

import static stripebridge.sandbox.internal.smf.Bytes.i32;
import static stripebridge.sandbox.internal.smf.Bytes.u8;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The body of a ClientCtrl frame: a login, or a client's update of itself. Copies its bytes.
public final class ClientControl {
  public static final int LOGIN = 0;
  public static final int UPDATE = 1;

  public static final int SOFTWARE_VERSION = 0x00;
  public static final int SOFTWARE_DATE = 0x01;
  public static final int PLATFORM = 0x02;
  public static final int DESCRIPTION = 0x04;
  public static final int CLIENT_NAME = 0x05;
  public static final int VPN = 0x06;
  public static final int INBOX_PREFIX = 0x08;
  public static final int CAPABILITIES = 0x09;
  public static final int VIRTUAL_ROUTER = 0x0a;
  public static final int ROUTER = 0x0c;
  public static final int CONNECTION_TYPE = 0x12;
  public static final int EXTENDED_CAPABILITIES = 0x13;
  public static final int KEEP_ALIVE_INTERVAL = 0x18;

  private final Map<Integer, byte[]> parameters = new HashMap<>();

  private ClientControl() {}

  /// Reads a frame's body.
  public static ClientControl read(Frame frame) throws MalformedFrameException {
    byte[] bytes = frame.buffer();
    int from = frame.headerEnd();
    int available = frame.end() - from;
    int length = available < 6 ? -1 : i32(bytes, from + 2);
    if (length < 6 || length > available) {
      throw new MalformedFrameException(
          "ClientCtrl length %d in a body of %d bytes".formatted(length, available));
    }
    ClientControl control = new ClientControl();
    int end = from + length;
    int position = from + 6;
    while (position < end) {
      int total = end - position < 5 ? -1 : i32(bytes, position + 1);
      if (total < 5 || total > end - position) {
        throw new MalformedFrameException("ClientCtrl parameter runs over the body");
      }
      byte[] value = new byte[total - 5];
      System.arraycopy(bytes, position + 5, value, 0, value.length);
      control.parameters.put(u8(bytes, position) & 0x7f, value);
      position += total;
    }
    return control;
  }

  public Optional<String> text(int parameter) {
    byte[] value = parameters.get(parameter);
    return value == null ? Optional.empty() : Optional.of(Bytes.text(value, 0, value.length));
  }

  /// A number of one or four bytes.
  public long number(int parameter, long absent) {
    byte[] value = parameters.get(parameter);
    if (value == null) {
      return absent;
    }
    return switch (value.length) {
      case 1 -> u8(value, 0);
      case 4 -> Bytes.u32(value, 0);
      default -> absent;
    };
  }
}
