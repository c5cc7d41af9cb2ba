package stripebridge.core.capture;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A webhook that was refused, with all that explains it. Its body holds personal data.
///
/// @param at when it was refused, to the millisecond
/// @param sentence the refusal, as the sender got it
/// @param endpoint the path that it was sent to
/// @param remote the address that sent it: a proxy's, if there is one
/// @param secretsTried the labels of the secrets, in order, empty for one without; no secret
/// @param headers those that help, in order
/// @param body exactly as received; empty when only its head was read
public record RefusedWebhook(
    Instant at,
    CaptureReason reason,
    String sentence,
    String endpoint,
    String remote,
    List<String> secretsTried,
    List<Header> headers,
    Optional<Bytes> body) {
  private static final String SIGNATURE = "stripe-signature";

  /// The headers that say what a body is and which way it came. Never those that give access, such
  /// as Authorization and Cookie.
  private static final Set<String> HELPFUL =
      Set.of(
          SIGNATURE,
          "accept",
          "cache-control",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "forwarded",
          "host",
          "transfer-encoding",
          "user-agent",
          "via",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-real-ip",
          "x-request-id");

  public RefusedWebhook {
    at = at.truncatedTo(ChronoUnit.MILLIS);
    secretsTried = List.copyOf(secretsTried);
    headers = headers.stream().filter(header -> isHelpful(header.name())).toList();
  }

  /// One header.
  ///
  /// @param value each byte as one character, as HTTP means it
  public record Header(String name, String value) {}

  /// A body.
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares or changes it.
  public record Bytes(byte[] bytes) {}

  /// Whether a header is captured.
  public static boolean isHelpful(String name) {
    return HELPFUL.contains(name.toLowerCase(Locale.ROOT));
  }

  /// The values of a header, joined as HTTP joins a repeated one; empty when it is missing.
  public Optional<String> header(String name) {
    List<String> values =
        headers.stream()
            .filter(header -> header.name().equalsIgnoreCase(name))
            .map(Header::value)
            .toList();
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(",", values));
  }

  /// The value of `Stripe-Signature`, as the bridge verified it.
  public Optional<String> signature() {
    return header(SIGNATURE);
  }
}
