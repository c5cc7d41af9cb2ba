package stripebridge.sandbox.internal.smf;

import java.nio.charset.StandardCharsets;

/// Builds the frames that a broker sends besides messages: responses, acks and notices. Create one,
/// add the parameters, then take the bytes, once.
public final class ControlFrame {
  private static final byte[] KEEP_ALIVE = {
    Protocol.VERSION, Protocol.KEEP_ALIVE, 0, 1, 0, 0, 0, 12, 0, 0, 0, 12
  };

  private final ByteWriter out = new ByteWriter(128);
  private final int protocol;
  private int bodyAt;
  private boolean isShort;

  private ControlFrame(int protocol) {
    this.protocol = protocol;
    out.u8(Protocol.VERSION).u8(protocol).u8(0).u8(1).u32(0).u32(0);
  }

  /// The answer to a keepalive.
  public static byte[] keepAlive() {
    return KEEP_ALIVE.clone();
  }

  /// A guaranteed-messaging frame.
  ///
  /// @param tag the tag of the request, or -1
  /// @param version the version of the request, which decides the layout
  public static ControlFrame assured(int tag, Response response, int version, int type) {
    ControlFrame frame = new ControlFrame(Protocol.ASSURED_CONTROL);
    frame.header(tag, response);
    frame.isShort = version < 3;
    if (frame.isShort) {
      frame.out.u8(version).u16(type << 12);
    } else {
      frame.out.u8(version).u8(type).u32(0);
    }
    return frame;
  }

  /// An answer to a guaranteed-messaging request, in its layout.
  public static ControlFrame answer(int tag, Response response, AssuredControl request) {
    return assured(tag, response, request.version(), request.type());
  }

  /// A guaranteed-messaging notice, without a response.
  public static ControlFrame notice(int version, int type) {
    return assured(-1, Response.NONE, version, type);
  }

  /// An answer to a login or a client's update.
  public static ControlFrame client(int tag, Response response, int type) {
    ControlFrame frame = new ControlFrame(Protocol.CLIENT_CONTROL);
    frame.header(tag, response);
    frame.out.u8(1).u8(type).u32(0);
    return frame;
  }

  /// An answer to a subscription request, which repeats its body.
  public static byte[] subscription(int tag, Response response, Frame request) {
    ControlFrame frame = new ControlFrame(Protocol.SUBSCRIPTION);
    frame.header(tag, response);
    int from = request.headerEnd();
    frame.out.bytes(request.buffer(), from, request.end() - from);
    return frame.withLength();
  }

  private void header(int tag, Response response) {
    if (tag >= 0) {
      out.u8(0xa3).u24(tag);
    }
    if (response.code() != 0) {
      byte[] phrase = response.phrase().getBytes(StandardCharsets.UTF_8);
      // One length byte counts type, length, code and phrase.
      int length = Math.min(phrase.length, 255 - 6);
      out.u8(Protocol.RESPONSE).u8(length + 6).u32(response.code()).bytes(phrase, 0, length);
    }
    bodyAt = out.length();
    out.putU32(4, bodyAt);
  }

  public ControlFrame u8(int parameter, int value) {
    lead(parameter, 1).u8(value);
    return this;
  }

  public ControlFrame u16(int parameter, int value) {
    lead(parameter, 2).u16(value);
    return this;
  }

  public ControlFrame u32(int parameter, long value) {
    lead(parameter, 4).u32(value);
    return this;
  }

  public ControlFrame u64(int parameter, long value) {
    lead(parameter, 8).u64(value);
    return this;
  }

  /// A text with its closing NUL.
  public ControlFrame text(int parameter, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    lead(parameter, bytes.length + 1).bytes(bytes).u8(0);
    return this;
  }

  public ControlFrame bytes(int parameter, byte[] value) {
    lead(parameter, value.length).bytes(value);
    return this;
  }

  private ByteWriter lead(int parameter, int valueLength) {
    if (protocol == Protocol.CLIENT_CONTROL) {
      return out.u8(parameter).u32(valueLength + 5L);
    }
    return valueLength + 2 <= 255
        ? out.u8(parameter).u8(valueLength + 2)
        : out.u8(parameter).u8(0).u32(valueLength + 6L);
  }

  /// The complete frame.
  public byte[] toBytes() {
    int length = out.length() - bodyAt;
    if (isShort) {
      while (length % 4 != 0) {
        out.u8(0);
        length++;
      }
      int typeBits = Bytes.u16(out.array(), bodyAt + 1) & 0xf000;
      out.putU16(bodyAt + 1, typeBits | length / 4);
    } else {
      out.putU32(bodyAt + 2, length);
    }
    return withLength();
  }

  private byte[] withLength() {
    out.putU32(8, out.length());
    return out.toBytes();
  }
}
