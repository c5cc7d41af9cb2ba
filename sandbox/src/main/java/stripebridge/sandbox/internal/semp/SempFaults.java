package stripebridge.sandbox.internal.semp;

import java.time.Duration;
import java.util.OptionalInt;

/// What is to go wrong with the next request, asked once for each. Safe for many threads.
public interface SempFaults {

  SempFaults NONE = () -> new Trouble(Duration.ZERO, OptionalInt.empty());

  Trouble next();

  /// What goes wrong with one request.
  ///
  /// @param delay how long the request waits before anything else happens to it
  /// @param status what to answer in place of the truth
  record Trouble(Duration delay, OptionalInt status) {}
}
