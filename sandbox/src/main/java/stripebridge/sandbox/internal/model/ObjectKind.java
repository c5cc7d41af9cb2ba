package stripebridge.sandbox.internal.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The kinds of configuration objects in the sandbox.
public enum ObjectKind {
  MSG_VPN("MsgVpn", "message VPN", "msgVpns", null, "msgVpnName"),
  QUEUE("MsgVpnQueue", "queue", "queues", MSG_VPN, "queueName"),
  QUEUE_SUBSCRIPTION(
      "MsgVpnQueueSubscription", "subscription", "subscriptions", QUEUE, "subscriptionTopic"),
  CLIENT_PROFILE(
      "MsgVpnClientProfile", "client profile", "clientProfiles", MSG_VPN, "clientProfileName"),
  ACL_PROFILE("MsgVpnAclProfile", "ACL profile", "aclProfiles", MSG_VPN, "aclProfileName"),
  PUBLISH_TOPIC_EXCEPTION(
      "MsgVpnAclProfilePublishTopicException",
      "publish topic exception",
      "publishTopicExceptions",
      ACL_PROFILE,
      "publishTopicExceptionSyntax",
      "publishTopicException"),
  SUBSCRIBE_TOPIC_EXCEPTION(
      "MsgVpnAclProfileSubscribeTopicException",
      "subscribe topic exception",
      "subscribeTopicExceptions",
      ACL_PROFILE,
      "subscribeTopicExceptionSyntax",
      "subscribeTopicException"),
  CLIENT_CONNECT_EXCEPTION(
      "MsgVpnAclProfileClientConnectException",
      "client connect exception",
      "clientConnectExceptions",
      ACL_PROFILE,
      "clientConnectExceptionAddress"),
  CLIENT_USERNAME(
      "MsgVpnClientUsername", "client username", "clientUsernames", MSG_VPN, "clientUsername");

  private final String sempName;
  private final String label;
  private final String collection;
  private final @Nullable ObjectKind parent;

  // List.of makes it immutable; the checker cannot see that.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> ownNames;

  ObjectKind(
      String sempName,
      String label,
      String collection,
      @Nullable ObjectKind parent,
      String... names) {
    this.sempName = sempName;
    this.label = label;
    this.collection = collection;
    this.parent = parent;
    this.ownNames = List.of(names);
  }

  /// The object's name in SEMP's schema, such as `MsgVpnQueue`.
  public String sempName() {
    return sempName;
  }

  /// The kind in running text, such as "client profile".
  public String label() {
    return label;
  }

  /// The path segment of the collection, such as `queues`.
  public String collection() {
    return collection;
  }

  public Optional<ObjectKind> parent() {
    return Optional.ofNullable(parent);
  }

  /// The attributes that name an object among its siblings, in the order of the URI.
  public List<String> ownNames() {
    return ownNames;
  }

  /// The attributes of this kind by name, in alphabetical order.
  public Map<String, Attribute> attributes() {
    return AttributeTable.of(this);
  }

  /// The kinds whose parent is this one.
  public List<ObjectKind> children() {
    return List.of(values()).stream().filter(kind -> kind.parent == this).toList();
  }
}
