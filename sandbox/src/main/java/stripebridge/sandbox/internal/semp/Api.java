package stripebridge.sandbox.internal.semp;

import java.util.Locale;

/// The three APIs of SEMP v2.
enum Api {
  CONFIG,
  MONITOR,
  ACTION;

  /// The base path of the API's resources.
  String base() {
    return "/SEMP/v2/" + name().toLowerCase(Locale.ROOT);
  }
}
