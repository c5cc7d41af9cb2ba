package stripebridge.sandbox.internal.semp;

import java.util.Optional;

/// A SEMP user and its rights.
///
/// @param vpn the only message VPN this user sees and changes; empty for a global user
/// @param mayWrite false for a read-only user
public record SempUser(String name, String password, Optional<String> vpn, boolean mayWrite) {

  public static SempUser global(String name, String password) {
    return new SempUser(name, password, Optional.empty(), true);
  }

  boolean isGlobal() {
    return vpn.isEmpty();
  }

  boolean sees(String vpnName) {
    return isGlobal() || vpn.equals(Optional.of(vpnName));
  }

  /// Omits the password.
  @Override
  public String toString() {
    return name
        + vpn.map(of -> " of message VPN " + of).orElse("")
        + (mayWrite ? "" : ", read only");
  }
}
