package stripebridge.service.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import stripebridge.service.http.RequestHead.Refusal;

/// A request's body. Memory grows with what has arrived, not with what the request announces.
sealed interface Body {
  /// The complete body. The caller closes `place` once the body is stored or refused.
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares bodies.
  record Whole(byte[] bytes) implements Body {}

  /// The body is refused. The rest stays unread.
  record Refused(Refusal refusal) implements Body {}

  // Holds the usual event.
  int PIECE_BYTES_MIN = 4 << 10;

  // Fine enough that little of a large buffer stays empty.
  int PIECE_BYTES_MAX = 16 << 10;

  /// Reads the body.
  ///
  /// @param place its share of the budget
  /// @throws IOException when the client or its connection ends before the body does
  static Body read(InputStream in, int bytesMax, Bodies.Place place) throws IOException {
    // When there is no room at all, tell the client before it sends.
    if (!place.grow(1)) {
      return busy("busy");
    }
    List<byte[]> pieces = new ArrayList<>();
    byte[] piece = new byte[0];
    int inPiece = 0;
    int count = 0;
    while (true) {
      if (inPiece == piece.length) {
        piece = new byte[Math.clamp(count, PIECE_BYTES_MIN, PIECE_BYTES_MAX)];
        pieces.add(piece);
        inPiece = 0;
      }
      int read = in.read(piece, inPiece, piece.length - inPiece);
      if (read < 0) {
        return place.isWhole() ? new Whole(joined(pieces, count)) : busy("gave_way");
      }
      inPiece += read;
      count += read;
      if (count > bytesMax) {
        return new Refused(HeadReader.refusalOfTooLarge());
      }
      if (!place.grow(count)) {
        return busy("busy");
      }
    }
  }

  private static Refused busy(String code) {
    return new Refused(new Refusal(WebhookHandler.BUSY, code, null));
  }

  private static byte[] joined(List<byte[]> pieces, int count) {
    byte[] all = new byte[count];
    int at = 0;
    for (byte[] piece : pieces) {
      int length = Math.min(piece.length, count - at);
      System.arraycopy(piece, 0, all, at, length);
      at += length;
    }
    return all;
  }
}
