package stripebridge.sandbox.internal.model;

/// The SEMP v2 error codes that the sandbox answers with. The numbers are the contract; the names
/// are the `status` beside them. Source: the broker's documentation of SEMP error handling, and
/// answers of brokers published in issue trackers (10, 490).
public enum SempCode {
  FAIL(2),
  NOT_FOUND(6),
  ALREADY_EXISTS(10),
  INVALID_PARAMETER(11),
  NOT_SUPPORTED(14),
  PARSE_ERROR(27),
  UNAUTHORIZED(72),
  NOT_ALLOWED(89),
  MISSING_PARAMETER(228),
  CONFIGDB_OBJECT_DEPENDENCY(490),
  /// Solace's Terraform provider looks for this status; the number is in no public table.
  INVALID_PATH(535);

  private final int number;

  SempCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
