package stripebridge.core.signature;

import java.time.Duration;
import java.util.List;
import stripebridge.core.config.EndpointSecret;

/// The outcome of verifying one webhook with [SignatureVerifier].
public sealed interface Verdict {

  /// The webhook was signed with our secrets, and its timestamp is within the tolerance. While a
  /// secret is rolled, Stripe signs with both.
  ///
  /// @param signers the secrets that signed it, in the configured order; at least one
  record Genuine(List<EndpointSecret> signers) implements Verdict {
    public Genuine {
      signers = List.copyOf(signers);
    }

    /// Signed with one secret.
    public Genuine(EndpointSecret signer) {
      this(List.of(signer));
    }

    /// The first of the signers, which stands for the endpoint.
    public EndpointSecret secret() {
      return signers.getFirst();
    }
  }

  /// The webhook must not be accepted.
  sealed interface Refused extends Verdict {
    /// A stable code for machines, such as `signature_mismatch`.
    String code();

    /// One sentence for a person; quotes no secret, no signature and no part of the body.
    String sentence();
  }

  /// There is no `Stripe-Signature` header.
  record Missing() implements Refused {
    @Override
    public String code() {
      return "signature_missing";
    }

    @Override
    public String sentence() {
      return "There is no Stripe-Signature header.";
    }
  }

  /// The header does not have Stripe's format.
  ///
  /// @param element the position of the faulty comma-separated element, from 1; 0 when an element
  ///   is missing
  /// @param reason one clause
  record Malformed(int element, String reason) implements Refused {
    @Override
    public String code() {
      return "signature_malformed";
    }

    @Override
    public String sentence() {
      return element == 0
          ? "The Stripe-Signature header has " + reason + "."
          : "Element " + element + " of the Stripe-Signature header has " + reason + ".";
    }
  }

  /// No signature of the header was made with one of our secrets over this body.
  ///
  /// @param signatures how many `v1` signatures the header has
  /// @param secrets how many secrets were tried
  record Forged(int signatures, int secrets) implements Refused {
    @Override
    public String code() {
      return "signature_mismatch";
    }

    @Override
    public String sentence() {
      return "No signature in the Stripe-Signature header matches this body and our "
          + (secrets == 1 ? "endpoint secret." : secrets + " endpoint secrets.");
    }
  }

  /// The signature is valid but older than the tolerance.
  ///
  /// @param age how long ago it was made
  record Stale(Duration age, Duration tolerance) implements Refused {
    @Override
    public String code() {
      return "timestamp_too_old";
    }

    @Override
    public String sentence() {
      return "The webhook was signed "
          + age.toSeconds()
          + " s ago; the tolerance is "
          + tolerance.toSeconds()
          + " s.";
    }
  }

  /// The signature is valid but further in the future than the tolerance.
  ///
  /// @param ahead how far in the future it was made
  record FromFuture(Duration ahead, Duration tolerance) implements Refused {
    @Override
    public String code() {
      return "timestamp_in_future";
    }

    @Override
    public String sentence() {
      return "The webhook was signed "
          + ahead.toSeconds()
          + " s in the future; the tolerance is "
          + tolerance.toSeconds()
          + " s.";
    }
  }
}
