package stripebridge.sandbox.internal.broker;

import stripebridge.sandbox.internal.model.Attributes;

/// A client username with its password.
record ClientUsername(
    String name,
    boolean isEnabled,
    String password,
    String profile,
    String aclProfile,
    boolean overridesPermissions) {

  static ClientUsername of(Attributes username) {
    return new ClientUsername(
        username.text("clientUsername"),
        username.bool("enabled"),
        username.text("password"),
        username.text("clientProfileName"),
        username.text("aclProfileName"),
        username.bool("guaranteedEndpointPermissionOverrideEnabled"));
  }

  /// Omits the password.
  @Override
  public String toString() {
    return "client username '" + name + "'";
  }
}
