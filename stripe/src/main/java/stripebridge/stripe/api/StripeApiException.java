package stripebridge.stripe.api;

/// A call of Stripe's API failed. The message contains no key.
public final class StripeApiException extends Exception {
  private final Kind kind;

  /// What the caller can do about it.
  public enum Kind {
    /// A later try may succeed: no connection, too many requests, an outage.
    UNAVAILABLE,
    /// The key or its permissions do not suffice.
    REFUSED,
    /// Stripe refused the request itself, or its outcome was not the expected one.
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
