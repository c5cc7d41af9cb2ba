package stripebridge.service.http;

import io.helidon.webserver.CloseConnectionException;
import stripebridge.service.http.RequestHead.Refusal;

/// A request cannot be read to its end, and the connection ends with the answer. Helidon lets it
/// through because it extends one of Helidon's own exceptions.
final class CutException extends CloseConnectionException {
  private final transient Refusal refusal;

  CutException(Refusal refusal) {
    super(refusal.code());
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
