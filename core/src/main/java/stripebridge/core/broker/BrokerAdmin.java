package stripebridge.core.broker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.plan.Change;

/// Administers one message VPN of a broker: reads its objects, applies the changes of a plan, and
/// reports how queues are used.
///
/// Thread-safe: an implementation limits its own concurrent requests to the broker. Each method
/// blocks until the broker has answered, and retries requests that are safe to retry; interruption
/// ends it.
///
/// In addition to its own exceptions, every method throws
/// - [BrokerException.Unavailable] when the broker does not answer
/// - [BrokerException.Refused] when the login fails, or the user lacks the right
/// - [BrokerException.Invalid] when the broker rejects a value, the message VPN does not exist, or
///   the server is not a broker
///
/// The messages name the object, and the attribute if the broker names one.
public interface BrokerAdmin extends AutoCloseable {
  /// Reads what a plan needs: every object of the message VPN, and the parts of the selected ones.
  ///
  /// A kind that the user may not read is left out and reported in the result; that is not a
  /// failure.
  FoundBroker read(PartsOf partsOf) throws BrokerException, InterruptedException;

  /// Applies one change of a plan. For a change without an action (`Keep`, `Extra`, `Foreign`) it
  /// returns [Applied#ALREADY] without asking the broker.
  ///
  /// @param secrets by variable name, as in the change's
  ///   [stripebridge.core.topology.model.AttributeValue.SecretReference]
  /// @throws BrokerException.Conflict when the object to create exists with other values, the
  ///   object to update does not exist, the object to delete is in use, or a referenced object is
  ///   missing
  /// @throws IllegalArgumentException when `secrets` lacks one that the change needs
  Applied apply(Change change, Map<String, Secret> secrets)
      throws BrokerException, InterruptedException;

  /// Lets messages into a queue, or refuses them.
  ///
  /// @throws BrokerException.Conflict when there is no such queue
  void setIngress(String queue, boolean enabled) throws BrokerException, InterruptedException;

  /// Lets consumers receive from a queue, or disconnects them.
  ///
  /// @throws BrokerException.Conflict when there is no such queue
  void setEgress(String queue, boolean enabled) throws BrokerException, InterruptedException;

  /// The status of the queues whose names begin with the prefix, in the broker's order.
  List<QueueStatus> queues(String prefix) throws BrokerException, InterruptedException;

  /// The status of one queue; empty when it does not exist.
  Optional<QueueStatus> queue(String name) throws BrokerException, InterruptedException;

  /// The consumers and browsers that are bound to a queue now.
  ///
  /// @throws BrokerException.Conflict when there is no such queue
  List<QueueFlow> flows(String queue) throws BrokerException, InterruptedException;

  /// The subscriptions of a queue.
  ///
  /// @throws BrokerException.Conflict when there is no such queue
  List<String> subscriptions(String queue) throws BrokerException, InterruptedException;

  /// When a message was spooled to a queue, to the second; empty when it is no longer there.
  ///
  /// @param messageId the broker's number, see [QueueStatus#oldestMessageId]
  Optional<Instant> spooledAt(String queue, long messageId)
      throws BrokerException, InterruptedException;

  /// Closes the connections. Requests of other threads fail.
  @Override
  void close();

  /// Selects the objects whose parts are read: a queue's subscriptions, an ACL profile's
  /// exceptions. They cost at least one request for each object.
  @FunctionalInterface
  interface PartsOf {
    boolean includes(ObjectKind kind, String name);
  }

  /// The outcome of a change.
  enum Applied {
    /// The broker made it.
    CHANGED,
    /// The broker was already in that state: somebody else was faster, or there was nothing to do.
    ALREADY
  }
}
