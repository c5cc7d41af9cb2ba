package stripebridge.cli.messages;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import stripebridge.core.broker.Payload;

/// The names of payload kinds in JSON.
public final class PayloadKinds {
  private PayloadKinds() {}

  /// The name in lower case.
  public static String name(Payload.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  static Optional<Payload.Kind> of(String name) {
    return Arrays.stream(Payload.Kind.values()).filter(kind -> name(kind).equals(name)).findFirst();
  }
}
