package stripebridge.sandbox.internal.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import stripebridge.sandbox.internal.model.Attributes;
import stripebridge.sandbox.internal.model.ObjectKey;
import stripebridge.sandbox.internal.model.ObjectKind;
import stripebridge.sandbox.internal.model.RefusedException;

/// The management interface of the broker: configuration objects, monitoring and actions.
/// Thread-safe; a change takes effect before the call returns.
///
/// A refusal is a [RefusedException] with SEMP's code.
public interface BrokerManagement {

  // Configuration

  /// Creates an object with complete, valid attributes.
  ///
  /// @throws RefusedException ALREADY_EXISTS, NOT_FOUND (its parent), NOT_ALLOWED, FAIL
  void create(Attributes object);

  /// Changes an object: `change` maps the current state to the new one. No other change comes
  /// between.
  ///
  /// @return the new state
  /// @throws RefusedException NOT_FOUND, or what `change` throws
  Attributes update(ObjectKey key, UnaryOperator<Attributes> change);

  /// Deletes an object with its children.
  ///
  /// @throws RefusedException NOT_FOUND, or CONFIGDB_OBJECT_DEPENDENCY while others refer to it
  void delete(ObjectKey key);

  Optional<Attributes> find(ObjectKey key);

  /// The VPNs, ordered by name.
  List<Attributes> vpns();

  /// The objects of a kind under a parent, ordered by name; empty when the parent does not exist.
  List<Attributes> children(ObjectKey parent, ObjectKind kind);

  // Monitor. Queues here include temporary ones, which are not configuration objects.

  Optional<VpnSnapshot> vpn(String vpn);

  /// The queues of a VPN, ordered by name.
  List<QueueSnapshot> queues(String vpn);

  Optional<QueueSnapshot> queue(String vpn, String queue);

  /// Messages of a queue in spool order.
  ///
  /// @param afterId only messages with a higher id
  /// @throws RefusedException NOT_FOUND
  List<MessageSnapshot> messages(String vpn, String queue, long afterId, int max);

  /// The consumer flows bound to a queue, including browsers.
  ///
  /// @throws RefusedException NOT_FOUND
  List<FlowSnapshot> flows(String vpn, String queue);

  /// The connected clients of a VPN, ordered by name.
  List<ClientSnapshot> clients(String vpn);

  // Actions

  /// Empties a queue.
  ///
  /// @throws RefusedException NOT_FOUND
  void deleteMessages(String vpn, String queue);

  /// Deletes one message of a queue.
  ///
  /// @throws RefusedException NOT_FOUND for the queue or the message
  void deleteMessage(String vpn, String queue, long id);

  /// Copies a message; the source keeps it.
  ///
  /// @param replicationGroupId as [MessageSnapshot#replicationGroupId()] has it
  /// @throws RefusedException NOT_FOUND, or FAIL when the queue cannot take it
  void copyMessage(String vpn, String queue, String sourceQueue, String replicationGroupId);

  /// Sets a queue's counters to 0.
  ///
  /// @throws RefusedException NOT_FOUND
  void clearQueueStats(String vpn, String queue);

  /// Sets the counters of a VPN and of its queues to 0.
  ///
  /// @throws RefusedException NOT_FOUND
  void clearVpnStats(String vpn);

  /// Closes a client's connection; the client may come back.
  ///
  /// @throws RefusedException NOT_FOUND
  void disconnectClient(String vpn, String clientName);

  // Snapshots for the monitor

  /// A VPN at one moment.
  ///
  /// @param state `up`, `down`
  /// @param spooledBytes message spool usage
  /// @param spooledMessages messages, counted once per queue
  record VpnSnapshot(String state, long spooledBytes, long spooledMessages) {}

  /// A queue at one moment.
  ///
  /// @param attributes its configuration, also of a temporary queue
  /// @param depth messages in the queue, including delivered but unacknowledged ones
  /// @param counters every counter, zeros included
  record QueueSnapshot(
      Attributes attributes,
      boolean durable,
      boolean createdByManagement,
      long depth,
      long spooledBytes,
      long spooledBytesPeak,
      long unackedMessages,
      int bindCount,
      long lowestId,
      long highestId,
      long lastSpooledId,
      Map<QueueCounter, Long> counters) {}

  /// A message in a queue at one moment.
  ///
  /// @param id its number in the queue
  /// @param expiryMillis epoch milliseconds, 0 for never
  /// @param redeliveries how many times it was redelivered
  /// @param undelivered whether it was never delivered
  /// @param contentBytes size of the XML part
  /// @param attachmentBytes size of the binary attachment
  /// @param partitionKey empty without one
  record MessageSnapshot(
      long id,
      String replicationGroupId,
      boolean dmqEligible,
      long expiryMillis,
      int priority,
      int redeliveries,
      long spooledMillis,
      boolean undelivered,
      long contentBytes,
      long attachmentBytes,
      long publisherId,
      String partitionKey) {}

  /// A consumer flow at one moment.
  ///
  /// @param activity `active-consumer`, `active-browser`, `inactive`
  /// @param window the window that the client last granted
  record FlowSnapshot(
      int flowId,
      String clientName,
      String activity,
      long bindMillis,
      int window,
      long unackedMessages,
      long ackedMessages,
      long redeliveredMessages) {}

  /// A connected client at one moment.
  record ClientSnapshot(
      String name,
      String username,
      String profile,
      String aclProfile,
      String address,
      String description,
      String platform,
      String softwareVersion,
      long connectedMillis,
      long receivedMessages,
      long sentMessages) {}
}
