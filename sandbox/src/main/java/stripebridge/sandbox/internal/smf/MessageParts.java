package stripebridge.sandbox.internal.smf;

import static stripebridge.sandbox.internal.smf.Bytes.u8;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The decoded parts of a message, for display. What cannot be decoded stays empty: the broker
/// passes messages on whether or not it understands them.
public final class MessageParts {
  /// The kind of message whose attachment is one SDT string.
  private static final byte TEXT = 7;

  private static final byte[] NOTHING = new byte[0];

  private final byte[] bytes;
  private String destination = "";
  private boolean isToQueue;
  private int deliveryMode = -1;
  private byte[] xml = NOTHING;
  private byte[] attachment = NOTHING;
  private boolean isText;
  private Map<?, ?> header = Map.of();
  private Map<?, ?> properties = Map.of();

  private MessageParts(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Decodes a message.
  public static MessageParts of(MessageContent content) {
    MessageParts parts = new MessageParts(content.bytes());
    try {
      parts.read(content.paramsLength());
    } catch (MalformedFrameException _) {
      // The remaining parts stay empty.
    }
    return parts;
  }

  private void read(int paramsEnd) throws MalformedFrameException {
    int position = 0;
    while (position < paramsEnd) {
      int next = HeaderParameters.next(bytes, position, paramsEnd);
      int first = u8(bytes, position);
      if ((first & Protocol.LIGHT) != 0) {
        isToQueue |= ((first >> 2) & 7) == 2;
      } else if (first != 0) {
        int value = HeaderParameters.value(bytes, position);
        readParameter(first & 0x1f, value, next, paramsEnd);
      }
      position = next;
    }
  }

  private void readParameter(int type, int from, int to, int bodyFrom)
      throws MalformedFrameException {
    switch (type) {
      case Protocol.DESTINATION -> destination = Bytes.text(bytes, from, to - from);
      case Protocol.DELIVERY_MODE -> deliveryMode = to > from ? u8(bytes, from) : -1;
      case Protocol.CONTENTS -> readContents(from, to, bodyFrom);
      default -> {}
    }
  }

  private void readContents(int from, int to, int bodyFrom) throws MalformedFrameException {
    int position = from;
    int part = bodyFrom;
    while (position < to) {
      int element = u8(bytes, position);
      int elementLength = element & 0xf;
      if (elementLength < 1 || elementLength > 5 || elementLength > to - position) {
        throw new MalformedFrameException("contents element of " + elementLength + " bytes");
      }
      long size = 0;
      for (int i = 1; i < elementLength; i++) {
        size = size << 8 | u8(bytes, position + i);
      }
      if (size > bytes.length - part) {
        throw new MalformedFrameException("contents run over the body");
      }
      readPart(element >> 4, part, part + (int) size);
      part += (int) size;
      position += elementLength;
    }
  }

  private void readPart(int type, int from, int to) throws MalformedFrameException {
    switch (type) {
      case 1 -> xml = Arrays.copyOfRange(bytes, from, to);
      case 2 -> attachment = Arrays.copyOfRange(bytes, from, to);
      case 4 -> readMetadata(from, to);
      default -> {}
    }
  }

  private void readMetadata(int from, int to) throws MalformedFrameException {
    if (to - from < 5 || u8(bytes, from) == 0 || u8(bytes, from + 1) != 0) {
      return;
    }
    int length = Math.min(Bytes.u24(bytes, from + 2), to - from - 5);
    if (!(Sdt.read(bytes, from + 5, from + 5 + length) instanceof List<?> stream)) {
      return;
    }
    for (Object item : stream) {
      if (item instanceof byte[] kind) {
        isText = kind.length > 0 && kind[0] == TEXT;
      }
      if (item instanceof Map<?, ?> map) {
        header = map.get("h") instanceof Map<?, ?> found ? found : Map.of();
        properties = map.get("p") instanceof Map<?, ?> found ? found : Map.of();
      }
    }
  }

  /// The topic, or the queue without its prefix.
  public String destination() {
    return isToQueue && destination.startsWith(Protocol.QUEUE_PREFIX)
        ? destination.substring(Protocol.QUEUE_PREFIX.length())
        : destination;
  }

  public boolean isToQueue() {
    return isToQueue;
  }

  public boolean isPersistent() {
    return deliveryMode == 1;
  }

  /// Whether the attachment is structured text.
  public boolean isText() {
    return isText;
  }

  public byte[] xml() {
    return xml;
  }

  public byte[] attachment() {
    return attachment;
  }

  /// The structured value of the attachment in text and map messages.
  public @Nullable Object structuredAttachment() {
    try {
      return attachment.length == 0 ? null : Sdt.read(attachment, 0, attachment.length);
    } catch (MalformedFrameException _) {
      return null;
    }
  }

  /// A header field such as `mi` (application message id) or `ci` (correlation id).
  public Optional<Object> header(String key) {
    return Optional.ofNullable(header.get(key));
  }

  /// The user properties by name.
  public Map<?, ?> properties() {
    return properties;
  }
}
