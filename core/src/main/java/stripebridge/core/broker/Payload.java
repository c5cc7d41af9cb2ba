package stripebridge.core.broker;

import org.jspecify.annotations.Nullable;

/// What a message carries, byte for byte.
///
/// @param attachment the binary attachment: the bytes, the text in UTF-8, or the map or stream as
///   the broker's clients write it (SDT); absent when there is none, which is not the same as an
///   empty one
/// @param xml the XML content, which also other kinds may have; mostly empty
/// @param structure a map (`Map` by name) or stream (`List`) for people to read; absent for other
///   kinds, and where it cannot be read
// A copy at each reading would cost more than arrays that nobody compares.
@SuppressWarnings("ArrayRecordComponent")
public record Payload(
    Kind kind, byte @Nullable [] attachment, byte[] xml, @Nullable Object structure) {
  private static final byte[] NOTHING = new byte[0];

  /// The kinds of messages that the broker's clients know.
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

  /// What its kind is about: the XML content of an XML message, else the attachment.
  public byte[] content() {
    return kind == Kind.XML ? xml : attached();
  }

  /// What else it has: the attachment of an XML message, else the XML content.
  public byte[] other() {
    return kind == Kind.XML ? attached() : xml;
  }

  private byte[] attached() {
    return attachment == null ? NOTHING : attachment;
  }
}
