package stripebridge.sandbox.internal.semp;

import java.util.Locale;

/// The three APIs of SEMP v2: what is configured, what is going on, what to do.
enum Api {
  CONFIG,
  MONITOR,
  ACTION;

  /// The path that the API's resources are below.
  String base() {
    return "/SEMP/v2/" + name().toLowerCase(Locale.ROOT);
  }
}
