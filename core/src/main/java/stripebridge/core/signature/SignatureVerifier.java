package stripebridge.core.signature;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.EndpointSecret;

/// Checks `Stripe-Signature` headers against every endpoint secret: HMAC-SHA256 over
/// `<timestamp>.<raw body>`, as https://docs.stripe.com/webhooks#verify-manually describes it.
///
/// Stricter than Stripe's library in one respect: a timestamp in the future is refused like an old
/// one. Thread-safe.
public final class SignatureVerifier {
  /// Stripe's own tolerance, applied in both directions.
  public static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final String ALGORITHM = "HmacSHA256";

  private final List<Key> keys;
  private final Duration tolerance;

  /// One secret and its keyed Mac. The prototype is only cloned, never updated.
  private record Key(EndpointSecret secret, Mac prototype) {}

  /// @param secrets all active secrets, so that one can be rolled while both are in use
  public SignatureVerifier(List<EndpointSecret> secrets, Duration tolerance) {
    this.keys = secrets.stream().map(secret -> new Key(secret, prototype(secret))).toList();
    this.tolerance = tolerance;
  }

  /// The labels of the secrets, in order; empty for a secret without one.
  public List<String> labels() {
    return keys.stream().map(key -> labelOf(key.secret())).toList();
  }

  private static String labelOf(EndpointSecret secret) {
    String label = secret.label();
    return label == null ? "" : label;
  }

  /// Verifies one webhook; never throws.
  ///
  /// @param header the value of `Stripe-Signature`, if there is one
  /// @param body the bytes of the body exactly as received
  /// @param now the time to measure the timestamp against
  public Verdict verify(@Nullable String header, byte[] body, Instant now) {
    if (header == null) {
      return new Verdict.Missing();
    }
    return switch (SignatureHeader.parse(header)) {
      case SignatureHeader.Broken(Verdict.Malformed verdict) -> verdict;
      case SignatureHeader.Parsed parsed -> verify(parsed, body, now);
    };
  }

  private Verdict verify(SignatureHeader.Parsed header, byte[] body, Instant now) {
    // The timestamp is checked last, so that only a sender with a secret learns anything about the
    // clock.
    List<EndpointSecret> signers = new ArrayList<>();
    for (Key key : keys) {
      if (hasSigned(key, header, body)) {
        signers.add(key.secret());
        if (header.signatures().size() == 1) {
          break;
        }
        // While a secret is rolled, the second signature shows that the new secret works.
      }
    }
    return signers.isEmpty()
        ? new Verdict.Forged(header.signatures().size(), keys.size())
        : inTime(signers, header.timestamp(), now);
  }

  private static boolean hasSigned(Key key, SignatureHeader.Parsed header, byte[] body) {
    byte[] expected = sign(key.prototype(), header.timestamp(), body);
    for (String signature : header.signatures()) {
      if (MessageDigest.isEqual(expected, signature.getBytes(UTF_8))) {
        return true;
      }
    }
    return false;
  }

  private Verdict inTime(List<EndpointSecret> signers, long timestamp, Instant now) {
    // This cannot overflow: `now` comes from a clock, and the timestamp is positive.
    long age = now.getEpochSecond() - timestamp;
    if (age > tolerance.toSeconds()) {
      return new Verdict.Stale(Duration.ofSeconds(age), tolerance);
    }
    if (-age > tolerance.toSeconds()) {
      return new Verdict.FromFuture(Duration.ofSeconds(-age), tolerance);
    }
    return new Verdict.Genuine(signers);
  }

  /// The `v1` signature of a body: 64 lower-case hexadecimal digits.
  private static byte[] sign(Mac prototype, long timestamp, byte[] body) {
    Mac mac = copy(prototype);
    // Stripe's library signs the parsed number, not its spelling: `t=+7` is signed as `7.`.
    mac.update(Long.toString(timestamp).getBytes(US_ASCII));
    mac.update((byte) '.');
    return HexFormat.of().formatHex(mac.doFinal(body)).getBytes(US_ASCII);
  }

  private static Mac prototype(EndpointSecret secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.secret().reveal().getBytes(UTF_8), ALGORITHM));
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      // Every Java platform has HmacSHA256, and it accepts any key that is not empty.
      throw new IllegalStateException("cannot prepare " + ALGORITHM, e);
    }
  }

  /// Copying a keyed Mac is several times cheaper than keying one.
  private static Mac copy(Mac prototype) {
    try {
      return (Mac) prototype.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's " + ALGORITHM + " cannot be copied", e);
    }
  }
}
