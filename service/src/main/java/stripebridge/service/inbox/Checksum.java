package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import stripebridge.core.inbox.ReceivedEvent;

/// What tells whether a stored event is the one that was appended, the same in every inbox, so that
/// entries can be moved with it; and whether a row is what was written.
public final class Checksum {
  private static final byte NULL = 0;
  private static final byte INTEGER = 1;
  private static final byte TEXT = 2;
  private static final byte OTHER = 3;

  private Checksum() {}

  /// CRC-32C over everything that makes the event but the id of its object: older releases that
  /// share an inbox know nothing of it.
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

  /// CRC-32C over the values of a row, with their types: SQLite keeps any type in any column, and a
  /// `0` that has become NULL reads like one.
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
        // No column of ours has it.
        default -> sum.update(head.put(OTHER).flip());
      }
    }
    return sum.getValue();
  }
}
