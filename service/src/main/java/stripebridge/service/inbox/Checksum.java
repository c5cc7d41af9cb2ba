package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.ReceivedEvent;

/// Checksums that detect damaged events and rows. An event has the same checksum in every inbox, so
/// that it moves with the entry.
public final class Checksum {
  private static final byte NULL = 0;
  private static final byte INTEGER = 1;
  private static final byte TEXT = 2;
  private static final byte OTHER = 3;

  private Checksum() {}

  /// CRC-32C over all parts of the event but the id of its object, which older releases that share
  /// the inbox do not know.
  public static long of(ReceivedEvent event) {
    CRC32C sum = new CRC32C();
    for (String text : List.of(event.id().text(), event.type().text(), event.account())) {
      byte[] bytes = text.getBytes(UTF_8);
      sum.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      sum.update(bytes);
    }
    sum.update(ByteBuffer.allocate(Long.BYTES).putLong(event.receivedAt().toEpochMilli()).flip());
    sum.update(event.body());
    return sum.getValue();
  }

  /// CRC-32C over the values of a row and their types: SQLite stores any type in any column, and a
  /// damaged `0` that is now NULL still reads as 0.
  static long ofValues(@Nullable Object[] values) {
    CRC32C sum = new CRC32C();
    ByteBuffer head = ByteBuffer.allocate(1 + Long.BYTES);
    for (Object value : values) {
      head.clear();
      switch (value) {
        case null -> sum.update(head.put(NULL).flip());
        case Number number when !(value instanceof Double) ->
            sum.update(head.put(INTEGER).putLong(number.longValue()).flip());
        case String text -> {
          byte[] bytes = text.getBytes(UTF_8);
          sum.update(head.put(TEXT).putInt(bytes.length).flip());
          sum.update(bytes);
        }
        // No column has another type, unless it is damaged.
        default -> sum.update(head.put(OTHER).flip());
      }
    }
    return sum.getValue();
  }
}
