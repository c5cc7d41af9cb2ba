package stripebridge.core.signature;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import stripebridge.core.event.EventReader;
import stripebridge.core.event.EventReading;

/// Whether a webhook looks as if Stripe had sent it. That proves nothing: it tells what deserves a
/// look from scans of the internet, which are the bulk of what is refused.
public final class Likeness {
  // A clock that is further off than this has other consequences first.
  private static final Duration SKEW_MAX = Duration.ofDays(1);
  private static final Pattern SIGNATURE = Pattern.compile("[0-9a-fA-F]{64}");
  private static final String ID_PREFIX = "evt_";

  private Likeness() {}

  /// Whether a `Stripe-Signature` header is complete, and its time is within a day of now.
  public static boolean isPlausibleHeader(@Nullable String header, Instant now) {
    if (header == null
        || !(SignatureHeader.parse(header) instanceof SignatureHeader.Parsed parsed)
        || parsed.signatures().stream().noneMatch(one -> SIGNATURE.matcher(one).matches())) {
      return false;
    }
    long off = now.getEpochSecond() - parsed.timestamp();
    return Math.abs(off) <= SKEW_MAX.toSeconds();
  }

  /// Whether a body is JSON with the id of an event of Stripe and a type. Costs one scan.
  public static boolean isEvent(byte[] body) {
    return EventReader.read(body) instanceof EventReading.Identified identified
        && identified.event().id().text().startsWith(ID_PREFIX);
  }

  /// Whether a body has the line breaks and spaces of Stripe's own webhooks, so that most probably
  /// nobody has parsed and written it again.
  public static boolean hasStripesLayout(byte[] body) {
    String text = new String(body, UTF_8);
    return isEvent(body) && BodyVariants.isIndented(text);
  }
}
