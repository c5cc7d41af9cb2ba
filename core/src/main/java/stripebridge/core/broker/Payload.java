package stripebridge.core.broker;

import org.jspecify.annotations.Nullable;

/// The payload of a message, byte for byte.
///
/// @param attachment the binary attachment: the bytes, the text in UTF-8, or the map or stream in
///   SDT encoding; null for none, which differs from an empty one
/// @param xml the XML content, which any kind may have; mostly empty
/// @param structure a map (`Map` by name) or stream (`List`), decoded for display; null for other
///   kinds, and when it cannot be decoded
// Nobody compares the arrays, and a copy on each access would be expensive.
@SuppressWarnings("ArrayRecordComponent")
public record Payload(
    Kind kind, byte @Nullable [] attachment, byte[] xml, @Nullable Object structure) {
  private static final byte[] NOTHING = new byte[0];

  /// The message types of the broker's clients.
  public enum Kind {
    BYTES,
    TEXT,
    MAP,
    STREAM,
    XML
  }

  public static Payload bytes(byte[] bytes) {
    return new Payload(Kind.BYTES, bytes, NOTHING, null);
  }

  /// The main content: the XML content of an XML message, else the attachment.
  public byte[] content() {
    return kind == Kind.XML ? xml : attached();
  }

  /// The other content: the attachment of an XML message, else the XML content.
  public byte[] other() {
    return kind == Kind.XML ? attached() : xml;
  }

  private byte[] attached() {
    return attachment == null ? NOTHING : attachment;
  }
}
