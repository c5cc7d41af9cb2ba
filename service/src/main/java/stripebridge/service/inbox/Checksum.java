package stripebridge.service.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import stripebridge.core.inbox.ReceivedEvent;

/// What tells whether a stored event is the one that was appended; the same in every inbox, so that
/// entries can be moved with it.
public final class Checksum {
  private Checksum() {}

  /// CRC-32C over everything that makes the event.
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
}
