package stripebridge.sandbox.internal.semp;

import java.util.Optional;
import stripebridge.sandbox.internal.model.ObjectKey;

/// Checks the user's scope and access level, which count before any detail of the request.
final class AccessCheck {

  private AccessCheck() {}

  static void check(Request request, Resource resource) {
    if (!request.user().mayWrite() && !request.method().equals("GET")) {
      throw request.unauthorized("the user is read-only");
    }
    var vpn = vpn(resource);
    if (vpn.isPresent() && !request.user().sees(vpn.get())) {
      throw request.unauthorized("the user is of another message VPN");
    }
  }

  private static Optional<String> vpn(Resource resource) {
    return switch (resource) {
      case Resource.Collection(var parent, var _) -> parent.map(AccessCheck::vpn);
      case Resource.Single(var key) -> Optional.of(vpn(key));
      case Resource.LiveCollection(var owner, var _) -> Optional.of(vpn(owner));
      case Resource.LiveSingle(var owner, var _, var _) -> Optional.of(vpn(owner));
      case Resource.Action(var target, var _) -> vpn(target);
      case Resource.About _ -> Optional.empty();
    };
  }

  private static String vpn(ObjectKey key) {
    return key.names().getFirst();
  }
}
