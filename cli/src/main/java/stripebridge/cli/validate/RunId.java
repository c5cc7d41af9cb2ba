package stripebridge.cli.validate;

import java.time.Instant;
import java.util.Locale;
import java.util.random.RandomGenerator;
import stripebridge.core.broker.QueueMessage;

/// The name of one validation, by which it knows what is its own.
///
/// @param name small letters and digits
record RunId(String name) {
  /// What the event ids of every validation begin with; the bridge knows it too.
  static final String SYNTHETIC = "evt_e2e_";

  /// What the names of all witness queues begin with.
  static final String WITNESSES = "stripe.validate.";

  /// One that no other has: the second, and 40 random bits.
  static RunId begin(Instant now, RandomGenerator random) {
    long bits = random.nextLong(1L << 40);
    return new RunId(
        Long.toString(now.getEpochSecond(), Character.MAX_RADIX)
            + String.format(Locale.ROOT, "%8s", Long.toString(bits, Character.MAX_RADIX))
                .replace(' ', '0'));
  }

  String eventId(int number) {
    return SYNTHETIC + name + "_" + number;
  }

  String witness() {
    return WITNESSES + name;
  }

  boolean isOurs(QueueMessage message) {
    String id = message.content().applicationMessageId();
    return id != null && id.startsWith(SYNTHETIC + name + "_");
  }
}
