package stripebridge.cli.validate.evidence;

import java.time.Instant;
import java.util.Locale;
import java.util.random.RandomGenerator;
import stripebridge.core.broker.QueueMessage;

/// The name of one validation. It recognizes its own events and queues by this name.
///
/// @param name lower-case letters and digits
public record RunId(String name) {
  /// The prefix of the event ids of every validation; the bridge knows it too.
  static final String SYNTHETIC = "evt_e2e_";

  /// The prefix of the names of all witness queues.
  public static final String WITNESSES = "stripe.validate.";

  /// A unique name: the current second, and 40 random bits.
  public static RunId begin(Instant now, RandomGenerator random) {
    long bits = random.nextLong(1L << 40);
    return new RunId(
        Long.toString(now.getEpochSecond(), Character.MAX_RADIX)
            + String.format(Locale.ROOT, "%8s", Long.toString(bits, Character.MAX_RADIX))
                .replace(' ', '0'));
  }

  public String eventId(int number) {
    return SYNTHETIC + name + "_" + number;
  }

  public String witness() {
    return WITNESSES + name;
  }

  boolean isOurs(QueueMessage message) {
    String id = message.content().applicationMessageId();
    return id != null && id.startsWith(SYNTHETIC + name + "_");
  }
}
