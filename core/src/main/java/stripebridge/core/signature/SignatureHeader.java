package stripebridge.core.signature;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A parsed `Stripe-Signature` header: `t=1785312002,v1=5257a8…,v1=…,v0=…`.
///
/// Accepts exactly what Stripe's own libraries accept. Elements of other schemes are ignored: `v0`
/// gives no protection, and accepting an unknown scheme would let a sender choose a weaker one.
sealed interface SignatureHeader {

  /// A well-formed header.
  ///
  /// @param timestamp when the webhook was signed, in seconds since 1970
  /// @param signatures the values of the `v1` elements, in order; at least one
  record Parsed(long timestamp, List<String> signatures) implements SignatureHeader {}

  /// A malformed header.
  record Broken(Verdict.Malformed verdict) implements SignatureHeader {}

  /// Parses a header; never throws.
  static SignatureHeader parse(String header) {
    Long timestamp = null;
    List<String> signatures = new ArrayList<>(2);
    int position = 0;
    for (int from = 0; from <= header.length(); ) {
      int comma = header.indexOf(',', from);
      int to = comma < 0 ? header.length() : comma;
      int equals = header.indexOf('=', from);
      boolean hasValue = equals >= 0 && equals < to;
      String scheme = header.substring(from, hasValue ? equals : to);
      String value = hasValue ? header.substring(equals + 1, to) : null;
      position++;
      // Of several timestamps the first counts, as in Stripe's libraries.
      if (scheme.equals("t") && timestamp == null) {
        timestamp = timestamp(value);
        if (timestamp == null) {
          return broken(position, "a timestamp that is not a whole number of seconds after 1970");
        }
      } else if (scheme.equals("v1")) {
        if (value == null) {
          return broken(position, "a v1 scheme without a signature");
        }
        signatures.add(value);
      }
      from = to + 1;
    }
    if (timestamp == null) {
      return broken(0, "no timestamp element 't='");
    }
    return signatures.isEmpty()
        ? broken(0, "no 'v1=' signature")
        : new Parsed(timestamp, signatures);
  }

  private static Broken broken(int position, String reason) {
    return new Broken(new Verdict.Malformed(position, reason));
  }

  private static @Nullable Long timestamp(@Nullable String value) {
    if (value == null) {
      return null;
    }
    try {
      long seconds = Long.parseLong(value);
      return seconds > 0 ? seconds : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
