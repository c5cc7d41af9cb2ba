package stripebridge.sandbox.internal.broker;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKind;

/// An ACL profile, ready for checks. An exception reverses the default action.
///
/// Thread-safe. Only administration changes it, one change at a time; checks take no lock.
final class AclProfile {
  private static final Boolean EXCEPTION = Boolean.TRUE;

  private final SubscriptionIndex<Boolean> publishExceptions = new SubscriptionIndex<>();
  private final Set<String> subscribeExceptions = ConcurrentHashMap.newKeySet();
  private final Set<AddressRange> connectExceptions = ConcurrentHashMap.newKeySet();
  private volatile boolean connectAllowed;
  private volatile boolean publishAllowed;
  private volatile boolean subscribeAllowed;

  private record AddressRange(List<Byte> address, int prefixBits) {
    static AddressRange of(String cidr) {
      String text = cidr.strip();
      int slash = text.indexOf('/');
      return new AddressRange(
          bytes(InetAddress.ofLiteral(text.substring(0, slash))),
          Integer.parseInt(text.substring(slash + 1)));
    }

    private static List<Byte> bytes(InetAddress address) {
      ArrayList<Byte> bytes = new ArrayList<>();
      for (byte part : address.getAddress()) {
        bytes.add(part);
      }
      return bytes;
    }

    boolean contains(InetAddress other) {
      List<Byte> bytes = bytes(other);
      if (bytes.size() != address.size()) {
        return false;
      }
      for (int bit = 0; bit < prefixBits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if (((bytes.get(bit / 8) ^ address.get(bit / 8)) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  void defaults(Attributes profile) {
    connectAllowed = profile.text("clientConnectDefaultAction").equals("allow");
    publishAllowed = profile.text("publishTopicDefaultAction").equals("allow");
    subscribeAllowed = profile.text("subscribeTopicDefaultAction").equals("allow");
  }

  void addException(Attributes exception) {
    switch (exception.kind()) {
      case PUBLISH_TOPIC_EXCEPTION -> publishExceptions.add(topic(exception), EXCEPTION);
      case SUBSCRIBE_TOPIC_EXCEPTION -> subscribeExceptions.add(topic(exception));
      case CLIENT_CONNECT_EXCEPTION -> connectExceptions.add(range(exception));
      default -> throw new IllegalArgumentException(exception.kind() + " is not an exception");
    }
  }

  /// Removes an exception.
  ///
  /// @param stillCovered whether an exception in the other syntax covers the same topics
  void removeException(Attributes exception, boolean stillCovered) {
    if (stillCovered) {
      return;
    }
    switch (exception.kind()) {
      case PUBLISH_TOPIC_EXCEPTION -> publishExceptions.remove(topic(exception), EXCEPTION);
      case SUBSCRIBE_TOPIC_EXCEPTION -> subscribeExceptions.remove(topic(exception));
      case CLIENT_CONNECT_EXCEPTION -> connectExceptions.remove(range(exception));
      default -> throw new IllegalArgumentException(exception.kind() + " is not an exception");
    }
  }

  private static AddressRange range(Attributes exception) {
    return AddressRange.of(exception.text("clientConnectExceptionAddress"));
  }

  /// The topic filter of an exception, in SMF's syntax.
  static String topic(Attributes exception) {
    boolean isPublish = exception.kind() == ObjectKind.PUBLISH_TOPIC_EXCEPTION;
    String name = isPublish ? "publishTopicException" : "subscribeTopicException";
    String filter = exception.text(name);
    return exception.text(name + "Syntax").equals("mqtt") ? Topics.fromMqtt(filter) : filter;
  }

  boolean mayConnectFrom(InetAddress address) {
    return connectAllowed != connectExceptions.stream().anyMatch(range -> range.contains(address));
  }

  boolean mayPublish(String topic) {
    if (publishExceptions.isEmpty()) {
      return publishAllowed;
    }
    ArrayList<Boolean> found = new ArrayList<>(1);
    publishExceptions.match(topic, found);
    return publishAllowed == found.isEmpty();
  }

  boolean maySubscribe(String subscription) {
    boolean isException =
        subscribeExceptions.stream().anyMatch(filter -> Topics.covers(filter, subscription));
    return subscribeAllowed != isException;
  }
}
