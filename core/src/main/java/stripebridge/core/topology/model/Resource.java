package stripebridge.core.topology.model;

/// The identity of one thing on the broker that a plan can create or delete by itself.
public sealed interface Resource {

  /// The kind of the object that this is, or is a part of.
  ObjectKind kind();

  /// The name of the object that this is, or is a part of.
  String owner();

  /// What it is, in a sentence: `queue`, `subscription`.
  default String type() {
    return kind().words();
  }

  /// What identifies it among its kind: a name, a topic.
  default String name() {
    return owner();
  }

  /// The object that this is, or is a part of.
  default Resource root() {
    return this;
  }

  record ClientProfile(String owner) implements Resource {
    @Override
    public ObjectKind kind() {
      return ObjectKind.CLIENT_PROFILE;
    }
  }

  record AclProfile(String owner) implements Resource {
    @Override
    public ObjectKind kind() {
      return ObjectKind.ACL_PROFILE;
    }
  }

  /// An exception of an ACL profile.
  record AclProfileException(String owner, AclException exception) implements Resource {
    @Override
    public ObjectKind kind() {
      return ObjectKind.ACL_PROFILE;
    }

    @Override
    public String type() {
      return exception.kind().words();
    }

    @Override
    public String name() {
      return exception.toString();
    }

    @Override
    public Resource root() {
      return new AclProfile(owner);
    }
  }

  record ClientUsername(String owner) implements Resource {
    @Override
    public ObjectKind kind() {
      return ObjectKind.CLIENT_USERNAME;
    }
  }

  record Queue(String owner) implements Resource {
    @Override
    public ObjectKind kind() {
      return ObjectKind.QUEUE;
    }
  }

  /// A topic that a queue attracts.
  record Subscription(String owner, String topic) implements Resource {
    @Override
    public ObjectKind kind() {
      return ObjectKind.QUEUE;
    }

    @Override
    public String type() {
      return "subscription";
    }

    @Override
    public String name() {
      return topic;
    }

    @Override
    public Resource root() {
      return new Queue(owner);
    }
  }
}
