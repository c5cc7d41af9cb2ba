package stripebridge.core.finding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.Attribute;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.model.Topology;

/// The objects as they will be once a topology is applied: its values, else the broker's, else
/// SEMP's defaults. External objects, and kinds that may not be written, stay as they were found.
final class Effective {
  private final SempVersion version;
  private final List<Queue> queues = new ArrayList<>();
  private final Set<String> ourQueues = new HashSet<>();
  private final Map<String, Queue> queuesByName = new HashMap<>();
  private final Map<String, Values> clientProfiles = new HashMap<>();
  private final Map<String, Acl> aclProfiles = new HashMap<>();
  private final Map<String, Values> clientUsernames = new LinkedHashMap<>();

  /// @param unwritable kinds of objects that stay as they were found
  Effective(Topology topology, FoundTopology found, Set<ObjectKind> unwritable) {
    version = found.sempVersion();
    for (QueueSpec queue : found.objects().queues()) {
      queuesByName.put(queue.name(), queue(queue, Map.of()));
    }
    for (ClientProfileSpec profile : found.objects().clientProfiles()) {
      clientProfiles.put(
          profile.name(), values(ObjectKind.CLIENT_PROFILE, profile.attributes(), Map.of()));
    }
    for (AclProfileSpec profile : found.objects().aclProfiles()) {
      aclProfiles.put(profile.name(), acl(profile, Map.of()));
    }
    Map<String, Map<String, AttributeValue>> usernames = new HashMap<>();
    found
        .objects()
        .clientUsernames()
        .forEach(user -> usernames.put(user.name(), user.attributes()));
    for (QueueSpec queue : topology.objects().queues()) {
      Queue old = queuesByName.get(queue.name());
      Queue effective =
          old != null && unwritable.contains(ObjectKind.QUEUE)
              ? old
              : queue(queue, old == null ? Map.of() : old.values.attributes);
      queuesByName.put(queue.name(), effective);
      queues.add(effective);
      ourQueues.add(queue.name());
    }
    for (ClientProfileSpec profile : topology.objects().clientProfiles()) {
      Values old = clientProfiles.get(profile.name());
      boolean stays = profile.external() || unwritable.contains(ObjectKind.CLIENT_PROFILE);
      if (!stays || old == null) {
        Map<String, AttributeValue> before = old == null ? Map.of() : old.attributes;
        clientProfiles.put(
            profile.name(), values(ObjectKind.CLIENT_PROFILE, before, profile.attributes()));
      }
    }
    for (AclProfileSpec profile : topology.objects().aclProfiles()) {
      Acl old = aclProfiles.get(profile.name());
      boolean stays = profile.external() || unwritable.contains(ObjectKind.ACL_PROFILE);
      if (!stays || old == null) {
        aclProfiles.put(
            profile.name(), acl(profile, old == null ? Map.of() : old.values.attributes));
      }
    }
    for (ClientUsernameSpec user : topology.objects().clientUsernames()) {
      clientUsernames.put(
          user.name(),
          values(
              ObjectKind.CLIENT_USERNAME,
              usernames.getOrDefault(user.name(), Map.of()),
              user.attributes()));
    }
  }

  /// The queues of the topology, in order.
  List<Queue> queues() {
    return queues;
  }

  /// Any queue that will exist; null for none.
  @Nullable Queue queue(String name) {
    return queuesByName.get(name);
  }

  /// Whether the topology declares the queue.
  boolean isOurs(String queue) {
    return ourQueues.contains(queue);
  }

  @Nullable Values clientProfile(String name) {
    return clientProfiles.get(name);
  }

  @Nullable Acl aclProfile(String name) {
    return aclProfiles.get(name);
  }

  /// The client usernames of the topology.
  Map<String, Values> clientUsernames() {
    return clientUsernames;
  }

  private Queue queue(QueueSpec queue, Map<String, AttributeValue> before) {
    Values values = values(ObjectKind.QUEUE, before, queue.attributes());
    return new Queue(queue.name(), values, queue.subscriptions());
  }

  private Acl acl(AclProfileSpec profile, Map<String, AttributeValue> before) {
    return new Acl(
        values(ObjectKind.ACL_PROFILE, before, profile.attributes()), profile.exceptions());
  }

  private Values values(
      ObjectKind kind, Map<String, AttributeValue> before, Map<String, AttributeValue> wanted) {
    Map<String, AttributeValue> values = new HashMap<>(before);
    for (Attribute attribute : kind.attributes().settable()) {
      AttributeValue value = wanted.get(attribute.name());
      if (value != null && attribute.since().compareTo(version) <= 0) {
        values.put(attribute.name(), value);
      } else if (attribute.byDefault() != null) {
        values.putIfAbsent(attribute.name(), attribute.byDefault());
      }
    }
    return new Values(values);
  }

  /// Attributes by name; an absent one reads as false, 0 or empty.
  record Values(Map<String, AttributeValue> attributes) {
    boolean flag(String name) {
      return attributes.get(name) instanceof AttributeValue.Flag(boolean value) && value;
    }

    long whole(String name) {
      return attributes.get(name) instanceof AttributeValue.Whole(long value) ? value : 0;
    }

    String text(String name) {
      return attributes.get(name) instanceof AttributeValue.Text(String value) ? value : "";
    }
  }

  /// An ACL profile.
  record Acl(Values values, Set<AclException> exceptions) {}

  /// A queue, with the attributes that findings check.
  record Queue(String name, Values values, Set<String> subscriptions) {
    boolean takesMessages() {
      return values.flag("ingressEnabled");
    }

    /// The name of its dead message queue; empty for none.
    String deadMsgQueue() {
      return values.text("deadMsgQueue");
    }

    String whenDiscarding() {
      return values.text("rejectMsgToSenderOnDiscardBehavior");
    }

    boolean rejects() {
      return !whenDiscarding().equals("never");
    }

    long redeliveriesMax() {
      return values.whole("maxRedeliveryCount");
    }

    boolean redelivers() {
      return values.flag("redeliveryEnabled");
    }

    boolean respectsTtl() {
      return values.flag("respectTtlEnabled");
    }

    long maxTtl() {
      return values.whole("maxTtl");
    }

    long messageBytesMax() {
      return values.whole("maxMsgSize");
    }

    boolean keepsLastMessageOnly() {
      return values.whole("maxMsgSpoolUsage") == 0;
    }
  }
}
