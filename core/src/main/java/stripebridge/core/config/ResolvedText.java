package stripebridge.core.config;

import org.jspecify.annotations.Nullable;
import stripebridge.core.problem.Problem;

/// The text of a setting that is in effect.
///
/// @param text absent when it cannot be had, which is then already a problem
/// @param where the place for a problem
/// @param lead what a sentence about the value begins with at that place
record ResolvedText(@Nullable Secret text, Origin origin, String where, String lead) {

  /// A problem of the value.
  ///
  /// @param reason goes on from the setting's name: `must be …`
  Problem problem(String reason) {
    return new Problem(where, lead + reason);
  }
}
