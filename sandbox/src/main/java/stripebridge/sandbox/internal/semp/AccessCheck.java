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
    Optional<String> vpn = vpn(resource);
    if (vpn.isPresent() && !request.user().sees(vpn.get())) {
      throw request.unauthorized("the user is of another message VPN");
    }
  }

  private static Optional<String> vpn(Resource resource) {
    return switch (resource) {
      case Resource.Collection(Optional<ObjectKey> parent, _) -> parent.map(AccessCheck::vpn);
      case Resource.Single(ObjectKey key) -> Optional.of(vpn(key));
      case Resource.LiveCollection(ObjectKey owner, _) -> Optional.of(vpn(owner));
      case Resource.LiveSingle(ObjectKey owner, _, _) -> Optional.of(vpn(owner));
      case Resource.Action(Resource target, _) -> vpn(target);
      case Resource.About _ -> Optional.empty();
    };
  }

  private static String vpn(ObjectKey key) {
    return key.names().getFirst();
  }
}
