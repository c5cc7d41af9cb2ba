package stripebridge.sandbox.internal.model;

/// Carries a refusal to whoever answers the request. No stack trace: it is an answer, not a bug.
public final class RefusedException extends RuntimeException {

  private final Refusal refusal;

  RefusedException(Refusal refusal) {
    super(refusal.code() + ": " + refusal.description(), null, false, false);
    this.refusal = refusal;
  }

  public RefusedException(SempCode code, String description) {
    this(new Refusal(code, description));
  }

  public Refusal refusal() {
    return refusal;
  }
}
