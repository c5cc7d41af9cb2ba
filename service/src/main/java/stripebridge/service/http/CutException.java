package stripebridge.service.http;

import io.helidon.webserver.CloseConnectionException;
import stripebridge.service.http.RequestHead.Refusal;

/// A request cannot be read to its end; the connection ends with the answer to it. Helidon passes
/// it on, since it is one of its own.
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
