package stripebridge.core.broker;

/// Where a message was published to.
///
/// @param name the topic, or the queue's name
public record Destination(Kind kind, String name) {
  /// The kind of destination.
  public enum Kind {
    TOPIC,
    QUEUE
  }

  public static Destination topic(String name) {
    return new Destination(Kind.TOPIC, name);
  }

  public static Destination queue(String name) {
    return new Destination(Kind.QUEUE, name);
  }

  @Override
  public String toString() {
    return kind == Kind.TOPIC ? name : "queue " + name;
  }
}
