package stripebridge.sandbox.internal.model;

/// Refuses a request on a configuration object: the SEMP code, and what could not be done and why.
/// Has no stack trace: it becomes an answer and is not a bug.
public final class RefusedException extends RuntimeException {
  private final SempCode code;
  private final String description;

  public RefusedException(SempCode code, String description) {
    super(code + ": " + description, null, false, false);
    this.code = code;
    this.description = description;
  }

  public SempCode code() {
    return code;
  }

  public String description() {
    return description;
  }
}
