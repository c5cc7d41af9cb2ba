package stripebridge.core.signature;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.EndpointSecret;
import stripebridge.core.config.Secret;
import stripebridge.core.signature.SignatureExplanation.Cause;

/// Finds out why a webhook's signature does not verify, by trying the usual causes: a wrong clock,
/// a truncated or rewritten header, a re-serialized body, a mistyped secret.
public final class SignatureExplainer {
  private static final int HEX_DIGITS = 64;

  private final List<EndpointSecret> secrets;
  private final SignatureVerifier verifier;

  /// @param secrets every configured secret
  public SignatureExplainer(List<EndpointSecret> secrets) {
    this.secrets = List.copyOf(secrets);
    this.verifier = new SignatureVerifier(secrets, SignatureVerifier.TOLERANCE);
  }

  /// Explains one webhook; never throws.
  public SignatureExplanation explain(@Nullable String header, byte[] body, Instant now) {
    Verdict verdict = verifier.verify(header, body, now);
    return switch (verdict) {
      case Verdict.Genuine genuine ->
          new SignatureExplanation(
              verdict,
              Cause.NONE,
              "The signature is valid" + madeWith(genuine.secret()) + ".",
              null);
      case Verdict.Missing missing ->
          new SignatureExplanation(
              verdict,
              Cause.HEADER_MISSING,
              missing.sentence(),
              "make the proxy in front of the bridge forward the Stripe-Signature header");
      case Verdict.Stale stale -> clock(verdict, stale.sentence());
      case Verdict.FromFuture ahead -> clock(verdict, ahead.sentence());
      case Verdict.Malformed malformed -> malformed(malformed, header == null ? "" : header);
      case Verdict.Forged forged -> forged(forged, header == null ? "" : header, body, now);
    };
  }

  private static SignatureExplanation clock(Verdict verdict, String sentence) {
    return new SignatureExplanation(
        verdict,
        Cause.CLOCK,
        sentence + " The secret and the body are correct.",
        "compare this machine's clock with a time server; a webhook that was stored and resent"
            + " later needs a new signature; pass --at TIME to verify it as of that time");
  }

  private SignatureExplanation malformed(Verdict.Malformed verdict, String header) {
    String plain = plain(header);
    if (!plain.equals(header) && SignatureHeader.parse(plain) instanceof SignatureHeader.Parsed) {
      return rewritten(
          verdict, "The header has spaces or capital letters that Stripe does not" + " write.");
    }
    if (header.indexOf("v0=") >= 0 && header.indexOf("v1") < 0) {
      return new SignatureExplanation(
          verdict,
          Cause.HEADER_MALFORMED,
          verdict.sentence() + " Its v0 signature gives no protection and is never accepted.",
          "forward the whole header; Stripe sends a v1 signature with every webhook");
    }
    if (header.isBlank() || header.indexOf('=') < 0) {
      return new SignatureExplanation(
          verdict,
          Cause.HEADER_MALFORMED,
          verdict.sentence(),
          "pass the header's value as Stripe sent it: t=SECONDS,v1=SIGNATURE");
    }
    boolean cut = header.indexOf("v1") < 0 || header.endsWith("v1");
    return new SignatureExplanation(
        verdict,
        cut ? Cause.HEADER_CUT : Cause.HEADER_MALFORMED,
        verdict.sentence(),
        cut
            ? "quote the header on the command line, and look for what truncates it on the way"
            : "pass the header's value as Stripe sent it: t=SECONDS,v1=SIGNATURE");
  }

  private SignatureExplanation forged(
      Verdict.Forged verdict, String header, byte[] body, Instant now) {
    return rewrittenHeader(verdict, header, body, now)
        .or(() -> cutHeader(verdict, header))
        .or(() -> reserialized(verdict, header, body, now))
        .or(() -> miswrittenSecret(verdict, header, body, now))
        .orElseGet(() ->
            new SignatureExplanation(
                verdict,
                Cause.SECRET_OR_BODY,
                verdict.sentence() + " None of the usual ways to re-serialize a body explains it.",
                "compare STRIPE_WEBHOOK_SECRET with the signing secret of this endpoint (each"
                    + " endpoint has its own, and so has 'stripe listen'); if they match, the"
                    + " body is not the signed body"));
  }

  private Optional<SignatureExplanation> rewrittenHeader(
      Verdict verdict, String header, byte[] body, Instant now) {
    String plain = plain(header);
    return !plain.equals(header) && matches(verifier, plain, body, now)
        ? Optional.of(
            rewritten(verdict, "The signature is valid without the spaces and in lower case."))
        : Optional.empty();
  }

  /// The header without spaces and in lower case, as Stripe writes it.
  private static String plain(String header) {
    return header.replace(" ", "").replace("\t", "").toLowerCase(Locale.ROOT);
  }

  private static SignatureExplanation rewritten(Verdict verdict, String sentence) {
    return new SignatureExplanation(
        verdict,
        Cause.HEADER_REWRITTEN,
        sentence,
        "make the proxy in front of the bridge forward the Stripe-Signature header unchanged");
  }

  private static Optional<SignatureExplanation> cutHeader(Verdict verdict, String header) {
    if (!(SignatureHeader.parse(header) instanceof SignatureHeader.Parsed parsed)) {
      return Optional.empty();
    }
    List<Integer> lengths = new ArrayList<>();
    for (String signature : parsed.signatures()) {
      if (signature.length() != HEX_DIGITS) {
        lengths.add(signature.length());
      }
    }
    return lengths.size() < parsed.signatures().size()
        ? Optional.empty()
        : Optional.of(
            new SignatureExplanation(
                verdict,
                Cause.HEADER_CUT,
                "The v1 signature has "
                    + lengths.getFirst()
                    + " characters; a complete one has "
                    + HEX_DIGITS
                    + ".",
                "look for what truncates the header on the way, or copy it again completely"));
  }

  private Optional<SignatureExplanation> reserialized(
      Verdict verdict, String header, byte[] body, Instant now) {
    for (BodyWrappings.Body inner : BodyWrappings.of(body)) {
      if (!inner.what().isEmpty() && matches(verifier, header, inner.bytes(), now)) {
        return Optional.of(reserialized(verdict, inner.what()));
      }
      for (Map.Entry<String, byte[]> variant : BodyVariants.of(inner.bytes()).entrySet()) {
        if (matches(verifier, header, variant.getValue(), now)) {
          String then = inner.what().isEmpty() ? "" : "; then " + inner.what();
          return Optional.of(reserialized(verdict, variant.getKey() + then));
        }
      }
    }
    return Optional.empty();
  }

  private static SignatureExplanation reserialized(Verdict verdict, String what) {
    return new SignatureExplanation(
        verdict,
        Cause.BODY_RESERIALIZED,
        "This is the document that Stripe signed, but not the same bytes: "
            + what
            + ". The secret is correct.",
        "forward the body as raw bytes: no JSON middleware, editor, template or encoding between"
            + " Stripe and the bridge");
  }

  private Optional<SignatureExplanation> miswrittenSecret(
      Verdict verdict, String header, byte[] body, Instant now) {
    for (int i = 0; i < secrets.size(); i++) {
      String text = secrets.get(i).secret().reveal();
      String bare = text.strip().replaceAll("^[\"']+|[\"']+$", "").strip();
      String unlabelled = bare.substring(Math.max(0, bare.indexOf("whsec_")));
      for (String spelling : List.of(bare, unlabelled, "whsec_" + bare)) {
        if (!spelling.isEmpty() && !spelling.equals(text)) {
          EndpointSecret secret = new EndpointSecret(null, new Secret(spelling));
          SignatureVerifier other =
              new SignatureVerifier(List.of(secret), SignatureVerifier.TOLERANCE);
          if (matches(other, header, body, now)) {
            return Optional.of(
                new SignatureExplanation(
                    verdict,
                    Cause.SECRET_MISWRITTEN,
                    "Secret "
                        + (i + 1)
                        + " is correct except for extra text around it or a missing 'whsec_'.",
                    "copy the signing secret into STRIPE_WEBHOOK_SECRET as Stripe shows it,"
                        + " from 'whsec_' to the end and without quotes"));
          }
        }
      }
    }
    return Optional.empty();
  }

  /// Whether a signature is valid, ignoring the clock.
  private static boolean matches(
      SignatureVerifier verifier, String header, byte[] body, Instant now) {
    return switch (verifier.verify(header, body, now)) {
      case Verdict.Genuine _, Verdict.Stale _, Verdict.FromFuture _ -> true;
      case Verdict.Missing _, Verdict.Malformed _, Verdict.Forged _ -> false;
    };
  }

  private String madeWith(EndpointSecret secret) {
    String label = secret.label();
    if (label != null) {
      return "; it was made with the secret labelled '" + label + "'";
    }
    return secrets.size() == 1 ? "" : "; it was made with secret " + (secrets.indexOf(secret) + 1);
  }
}
