package stripebridge.core.broker;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stripebridge.core.config.Secret;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.plan.Change;

/// Administers one message VPN of a broker: reads what is there, makes the changes of a plan, and
/// says how queues are used.
///
/// Any number of threads may call it at the same time: an implementation bounds by itself how much
/// it asks of the broker at once. Each method blocks until the broker has answered, repeating what
/// may be repeated; interruption ends it.
///
/// Beyond what is said for a method, each throws
/// - [BrokerException.Unavailable] when the broker does not answer
/// - [BrokerException.Refused] when it does not know the user, or the user may not do this
/// - [BrokerException.Invalid] when it does not take a value, the message VPN is not there, or what
///   answers is no broker
///
/// The messages name the object, and the attribute where the broker names one.
public interface BrokerAdmin extends AutoCloseable {
  /// Reads what a plan needs: every object of the message VPN, and the parts of those in scope.
  ///
  /// A kind that the user may not read is left out and said to be; that is no failure.
  FoundBroker read(PartsOf partsOf) throws BrokerException, InterruptedException;

  /// Makes one change of a plan. A change that nothing is done about (`Keep`, `Extra`, `Foreign`)
  /// is [Applied#ALREADY] without a word to the broker.
  ///
  /// @param secrets by the variable that a [stripebridge.core.topology.model.AttributeValue
  ///   .SecretReference] of the change names
  /// @throws BrokerException.Conflict when what is to be made exists otherwise than wanted, what is
  ///   to be changed does not exist, what is to be removed is in use, or what is referred to is
  ///   missing
  /// @throws IllegalArgumentException when a secret that the change needs is not among the secrets
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

  /// How the queues are whose names begin like that, in the broker's order; the empty prefix means
  /// all.
  List<QueueStatus> queues(String prefix) throws BrokerException, InterruptedException;

  /// How one queue is now, or nothing when there is none of that name.
  Optional<QueueStatus> queue(String name) throws BrokerException, InterruptedException;

  /// Who is bound to a queue now, browsers included.
  ///
  /// @throws BrokerException.Conflict when there is no such queue
  List<QueueFlow> flows(String queue) throws BrokerException, InterruptedException;

  /// The topics that a queue attracts.
  ///
  /// @throws BrokerException.Conflict when there is no such queue
  List<String> subscriptions(String queue) throws BrokerException, InterruptedException;

  /// When a message came into a queue, to the second; nothing when it is no longer there.
  ///
  /// @param messageId the broker's number, see [QueueStatus#oldestMessageId]
  Optional<Instant> spooledAt(String queue, long messageId)
      throws BrokerException, InterruptedException;

  /// Ends the connections. What another thread waits for fails.
  @Override
  void close();

  /// Of which objects the parts are read: a queue's subscriptions, an ACL profile's exceptions.
  /// They cost the broker one request and more for each object.
  @FunctionalInterface
  interface PartsOf {
    boolean includes(ObjectKind kind, String name);
  }

  /// What became of a change.
  enum Applied {
    /// The broker made it.
    CHANGED,
    /// It was so already: somebody else was faster, or there was nothing to do.
    ALREADY
  }
}
