package stripebridge.solace.admin;

import stripebridge.core.topology.model.AclException;

/// SEMP's name of the attribute that holds an exception's value; with `Syntax` behind it, that of
/// how the value is written.
final class AclExceptionAttribute {
  private AclExceptionAttribute() {}

  static String of(AclException.Kind kind) {
    return switch (kind) {
      case CLIENT_CONNECT -> "clientConnectExceptionAddress";
      case PUBLISH_TOPIC -> "publishTopicException";
      case SUBSCRIBE_TOPIC -> "subscribeTopicException";
      case SUBSCRIBE_SHARE_NAME -> "subscribeShareNameException";
    };
  }
}
