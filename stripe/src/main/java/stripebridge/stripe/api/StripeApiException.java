package stripebridge.stripe.api;

/// Stripe's API did not do what it was asked. The message holds no key.
public final class StripeApiException extends Exception {
  private final Kind kind;

  /// What the caller can do about it.
  public enum Kind {
    /// It may work later: no connection, too many requests, an outage.
    UNAVAILABLE,
    /// The key, or what it may do, was refused.
    REFUSED,
    /// The request was understood and refused, or had another outcome than the wanted one.
    UNEXPECTED
  }

  StripeApiException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
