package stripebridge.sandbox.internal.smf;

import static stripebridge.sandbox.internal.smf.Bytes.u8;

import org.jspecify.annotations.Nullable;

/// A message without the parameters of the connection it came on: the bytes that every receiver
/// gets unchanged.
///
/// @param bytes the kept header parameters, then the body; shared, never changed
/// @param paramsLength how many of the bytes are parameters
/// @param flags the frame's first byte: version, ADF, DMQ eligible and so on
/// @param service the frame's third byte: class of service
/// @param hopTtl the frame's fourth byte
// The array is shared on purpose: a spool of a million messages has no room for copies.
@SuppressWarnings("ArrayRecordComponent")
public record MessageContent(
    byte[] bytes, int paramsLength, byte flags, byte service, byte hopTtl) {

  private static final long PER_FLOW =
      1L << Protocol.MESSAGE_ID
          | 1L << Protocol.PREVIOUS_ID
          | 1L << Protocol.REDELIVERED
          | 1L << Protocol.FLOW_ID
          | 1L << Protocol.ASSURED_FLAGS
          | 1L << 32 // the tag
          | 1L << (32 + 3); // acknowledge immediately

  /// Copies the message out of the reader's buffer.
  public static MessageContent of(Frame frame) throws MalformedFrameException {
    byte[] buffer = frame.buffer();
    int first = frame.start() + Protocol.FIXED_HEADER;
    int params = copyParams(buffer, first, frame.headerEnd(), PER_FLOW, null);
    int body = frame.end() - frame.headerEnd();
    byte[] bytes = new byte[params + body];
    copyParams(buffer, first, frame.headerEnd(), PER_FLOW, bytes);
    System.arraycopy(buffer, frame.headerEnd(), bytes, params, body);
    return new MessageContent(
        bytes, params, buffer[frame.start()], buffer[frame.start() + 2], buffer[frame.start() + 3]);
  }

  /// Converts a guaranteed message to a direct one, for direct subscribers.
  public MessageContent asDirect() throws MalformedFrameException {
    if ((flags & Protocol.ASSURED) == 0) {
      return this;
    }
    long dropped = PER_FLOW | 1L << Protocol.DELIVERY_MODE;
    int params = copyParams(bytes, 0, paramsLength, dropped, null);
    byte[] direct = new byte[params + bytes.length - paramsLength];
    copyParams(bytes, 0, paramsLength, dropped, direct);
    System.arraycopy(bytes, paramsLength, direct, params, bytes.length - paramsLength);
    return new MessageContent(direct, params, (byte) (flags & ~Protocol.ASSURED), service, hopTtl);
  }

  /// Converts a direct message to a non-persistent one, for queues that subscribed to its topic.
  public MessageContent asNonPersistent() {
    byte[] mode = {(byte) 0x90, 3, 0};
    byte[] assured = new byte[mode.length + bytes.length];
    System.arraycopy(mode, 0, assured, 0, mode.length);
    System.arraycopy(bytes, 0, assured, mode.length, bytes.length);
    byte withAdf = (byte) (flags | Protocol.ASSURED);
    return new MessageContent(assured, paramsLength + mode.length, withAdf, service, hopTtl);
  }

  /// Copies the kept parameters, or only counts their bytes when `to` is null.
  private static int copyParams(byte[] from, int at, int end, long dropped, byte @Nullable [] to)
      throws MalformedFrameException {
    int length = 0;
    int position = at;
    while (position < end) {
      int next = HeaderParameters.next(from, position, end);
      int first = u8(from, position);
      if (first != 0 && (dropped & HeaderParameters.bit(first)) == 0) {
        if (to != null) {
          System.arraycopy(from, position, to, length, next - position);
        }
        length += next - position;
      }
      position = next;
    }
    return length;
  }

  /// The bytes of this message in a receiver's output, slightly overestimated.
  public int outputLength() {
    return bytes.length + 96;
  }

  public int bodyLength() {
    return bytes.length - paramsLength;
  }

  /// Writes this as a direct message.
  ///
  /// @param discardsBefore whether to tell the receiver that it missed messages
  public void writeDirect(ByteWriter out, boolean discardsBefore) {
    int first = discardsBefore ? flags | Protocol.DISCARD_INDICATION : flags;
    fixedHeader(out, first, Protocol.FIXED_HEADER + paramsLength, bodyLength());
    out.bytes(bytes);
  }

  /// Writes this as a delivery on a consumer flow.
  public void writeAssured(ByteWriter out, Delivery delivery) {
    int at = out.length();
    fixedHeader(out, flags, 0, 0);
    out.bytes(bytes, 0, paramsLength);
    out.u8(0x91).u8(10).u64(delivery.wireId());
    out.u8(0x92).u8(10).u64(delivery.previousWireId());
    out.u8(0x97).u8(6).u32(delivery.flowId());
    if (delivery.redeliveries() > 0) {
      out.u8(0x93).u8(2);
    }
    boolean renumbered = delivery.spoolId() != delivery.wireId();
    out.u8(Protocol.EXTENDED);
    out.u8(2 + 10 + (renumbered ? 10 : 0) + (delivery.countsDeliveries() ? 6 : 0));
    out.u16(0x402c).u64(delivery.spoolerId());
    if (renumbered) {
      out.u16(0x4029).u64(delivery.spoolId());
    }
    if (delivery.countsDeliveries()) {
      out.u16(0x302e).u32(delivery.redeliveries());
    }
    int headerLength = out.length() - at;
    out.bytes(bytes, paramsLength, bodyLength());
    out.putU32(at + 4, headerLength);
    out.putU32(at + 8, headerLength + (long) bodyLength());
  }

  private void fixedHeader(ByteWriter out, int first, int headerLength, int bodyLength) {
    out.u8(first).u8(Protocol.MESSAGE).u8(service).u8(hopTtl);
    out.u32(headerLength).u32(headerLength + (long) bodyLength);
  }

  /// The parameters of a delivery on a consumer flow.
  ///
  /// @param wireId the id on this flow, which always rises
  /// @param spoolId the id in the spool, the same on every flow
  /// @param redeliveries how many times it was delivered before
  /// @param countsDeliveries whether to send that number
  public record Delivery(
      int flowId,
      long wireId,
      long previousWireId,
      long spoolId,
      long spoolerId,
      int redeliveries,
      boolean countsDeliveries) {}
}
