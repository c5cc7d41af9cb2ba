package stripebridge.core.topology.model;

/// One exception to a default action of an ACL profile.
///
/// @param value a topic, a share name, or an address range in CIDR form
public record AclException(Kind kind, Syntax syntax, String value) {

  /// The kind of exception. The key is SEMP's name of the collection and the key in the file.
  public enum Kind {
    CLIENT_CONNECT("clientConnectExceptions", "connect exception"),
    PUBLISH_TOPIC("publishTopicExceptions", "publish exception"),
    SUBSCRIBE_TOPIC("subscribeTopicExceptions", "subscribe exception"),
    SUBSCRIBE_SHARE_NAME("subscribeShareNameExceptions", "share name exception");

    private final String key;
    private final String words;

    Kind(String key, String words) {
      this.key = key;
      this.words = words;
    }

    public String key() {
      return key;
    }

    public String words() {
      return words;
    }
  }

  /// The syntax of a topic. Addresses have none and count as [#SMF].
  public enum Syntax {
    SMF,
    MQTT
  }

  @Override
  public String toString() {
    return syntax == Syntax.MQTT ? "mqtt: " + value : value;
  }
}
