package stripebridge.sandbox.internal.smf;

import java.io.IOException;

/// What came is not SMF. Ends the connection it came on, and nothing else.
public final class MalformedFrameException extends IOException {
  public MalformedFrameException(String what) {
    super(what);
  }
}
