package stripebridge.sandbox.internal.broker;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.sandbox.internal.net.Transport;
import stripebridge.sandbox.internal.smf.ClientControl;
import stripebridge.sandbox.internal.smf.Frame;
import stripebridge.sandbox.internal.smf.Response;

/// The decision on a client's login.
///
/// @param vpn null when refused
/// @param user null when refused
record LoginDecision(Response response, @Nullable Vpn vpn, @Nullable ClientUsername user) {
  private static final String DEFAULT_VPN = "default";
  private static final String DEFAULT_USER = "default";
  private static final int BASIC = 0;

  static LoginDecision of(Broker broker, Frame frame, ClientControl request, Transport transport) {
    Response fault = broker.faults().nextLoginRefusal();
    if (fault != null) {
      return refused(fault);
    }
    Vpn vpn =
        broker
            .vpn(
                request.text(ClientControl.VPN).filter(name -> !name.isEmpty()).orElse(DEFAULT_VPN))
            .orElse(null);
    if (vpn == null) {
      return refused(ErrorResponses.VPN_NOT_ALLOWED);
    }
    Vpn.Settings settings = vpn.settings();
    if (!settings.isEnabled()) {
      return refused(ErrorResponses.VPN_UNAVAILABLE);
    }
    if (transport.isTls() ? !settings.tlsEnabled() : !settings.plainTextEnabled()) {
      return refused(ErrorResponses.SERVICE_UNAVAILABLE);
    }
    if (!settings.basicEnabled() || request.number(ClientControl.CONNECTION_TYPE, BASIC) != BASIC) {
      return refused(ErrorResponses.BASIC_SHUTDOWN);
    }
    return of(vpn, frame, transport);
  }

  private static LoginDecision of(Vpn vpn, Frame frame, Transport transport) {
    boolean anyPassword = vpn.settings().basicType().equals("none");
    boolean ownPasswords = vpn.settings().basicType().equals("internal");
    ClientUsername user = user(vpn, frame.userName(), anyPassword).orElse(null);
    // There is no RADIUS or LDAP server behind a sandbox, so such a VPN refuses every login.
    if (user == null
        || !(anyPassword || (ownPasswords && isPassword(user, frame.password().orElse(""))))) {
      return refused(ErrorResponses.UNAUTHORIZED);
    }
    if (!user.isEnabled()) {
      return refused(ErrorResponses.USERNAME_SHUTDOWN);
    }
    AclProfile rules = vpn.aclProfiles().get(user.aclProfile());
    if (rules == null || !rules.mayConnectFrom(transport.address())) {
      return refused(ErrorResponses.FORBIDDEN);
    }
    ClientProfile profile = vpn.clientProfiles().get(user.profile());
    long sameUser =
        vpn.clients().values().stream()
            .filter(client -> client.username().equals(user.name()))
            .count();
    if (profile == null
        || sameUser >= profile.connectionsMax()
        || vpn.clients().size() >= vpn.settings().connectionsMax()) {
      return refused(ErrorResponses.TOO_MANY_CLIENTS);
    }
    return new LoginDecision(Response.OK, vpn, user);
  }

  private static Optional<ClientUsername> user(
      Vpn vpn, Optional<String> name, boolean fallsBackToDefault) {
    Optional<ClientUsername> user =
        Optional.ofNullable(vpn.usernames().get(name.orElse(DEFAULT_USER)));
    return user.isEmpty() && fallsBackToDefault
        ? Optional.ofNullable(vpn.usernames().get(DEFAULT_USER))
        : user;
  }

  private static boolean isPassword(ClientUsername user, String given) {
    return MessageDigest.isEqual(
        user.password().getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private static LoginDecision refused(Response response) {
    return new LoginDecision(response, null, null);
  }
}
