package stripebridge.core.secret;

import java.util.Locale;

/// What an operator should know about a secret.
public enum SecretFinding {
  /// It is older than allowed: roll it.
  OLD,
  /// It has verified nothing for [SecretLedger#UNUSED_MIN], while another secret has.
  UNUSED,
  /// It is the only one: a second secret must be configured before this one can be rolled.
  ONLY_ONE;

  /// The name that commands print and take: `only-one`.
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
