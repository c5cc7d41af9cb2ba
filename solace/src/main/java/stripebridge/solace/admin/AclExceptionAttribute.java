package stripebridge.solace.admin;

import stripebridge.core.topology.model.AclException;

/// Names the SEMP attribute that holds an ACL exception's value. With `Syntax` appended it is the
/// attribute for the value's syntax.
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
