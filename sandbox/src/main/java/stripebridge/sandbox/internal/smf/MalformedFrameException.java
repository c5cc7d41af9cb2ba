package stripebridge.sandbox.internal.smf;

import java.io.IOException;

/// The client sent something that is not SMF. Ends that client's connection and nothing else.
public final class MalformedFrameException extends IOException {
  public MalformedFrameException(String what) {
    super(what);
  }
}
