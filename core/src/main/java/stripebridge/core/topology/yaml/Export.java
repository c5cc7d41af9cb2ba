package stripebridge.core.topology.yaml;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.Attribute;
import stripebridge.core.topology.model.AttributeType;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.Ordered;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.TopicRules;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.model.Topology.Manages;

/// Makes a topology that describes exactly what a broker has now, to take over an existing broker:
/// its plan has nothing to do.
///
/// Attributes are written when they differ from SEMP's defaults. Anything that a topology cannot
/// express, such as a dead message queue that does not exist, is left out with a comment in its
/// place.
public final class Export {
  // The defaults of real brokers; SEMP's documentation does not give them.
  private static final AttributeValue USUAL_THRESHOLD =
      new AttributeValue.Threshold(AttributeValue.Threshold.Unit.PERCENT, 80, 60);
  private static final AttributeValue USUAL_SPOOL_THRESHOLD =
      new AttributeValue.Threshold(AttributeValue.Threshold.Unit.PERCENT, 25, 18);
  private static final String DMQ = "deadMsgQueue";

  private final BrokerObjects found;
  private final List<String> prefixes;
  private final Map<Resource, List<String>> comments = new LinkedHashMap<>();

  private Export(BrokerObjects found, List<String> prefixes) {
    this.found = found;
    this.prefixes = prefixes;
  }

  /// The objects whose names begin with one of the prefixes, as a topology.
  ///
  /// @param routing the routes, which a broker does not know
  public static Exported of(FoundTopology found, List<String> prefixes, RoutingTable routing) {
    return new Export(found.objects(), List.copyOf(prefixes)).exported(routing);
  }

  /// A topology, and comments on its objects.
  public record Exported(Topology topology, Map<Resource, List<String>> comments) {
    public Exported {
      comments = Ordered.copy(comments);
    }
  }

  private Exported exported(RoutingTable routing) {
    List<QueueSpec> queues = queues();
    List<ClientUsernameSpec> usernames = usernames();
    BrokerObjects objects =
        new BrokerObjects(clientProfiles(usernames), aclProfiles(usernames), usernames, queues);
    return new Exported(new Topology(routing, objects, manages(objects), Map.of()), comments);
  }

  private boolean covers(String name) {
    return prefixes.stream().anyMatch(name::startsWith);
  }

  private void comment(Resource resource, String line) {
    comments.computeIfAbsent(resource, _ -> new ArrayList<>()).add(line);
  }

  private List<QueueSpec> queues() {
    List<QueueSpec> ours = found.queues().stream().filter(queue -> covers(queue.name())).toList();
    Set<String> names = new LinkedHashSet<>();
    Map<String, String> deadMsgQueues = new LinkedHashMap<>();
    Set<String> attributes = new LinkedHashSet<>();
    for (QueueSpec queue : ours) {
      names.add(queue.name());
      attributes.addAll(unusual(ObjectKind.QUEUE, queue.attributes()).keySet());
    }
    List<QueueSpec> queues = new ArrayList<>();
    for (QueueSpec queue : ours) {
      // An attribute that one queue sets is written for all queues: most share its value, and the
      // others must keep theirs.
      Map<String, AttributeValue> its = new LinkedHashMap<>(queue.attributes());
      its.keySet().retainAll(attributes);
      if (its.get(DMQ) instanceof AttributeValue.Text(String target) && !target.isEmpty()) {
        deadMsgQueueProblem(queue.name(), target, names, deadMsgQueues)
            .ifPresentOrElse(
                why -> {
                  its.remove(DMQ);
                  comment(new Resource.Queue(queue.name()), DMQ + ": " + target + " " + why);
                },
                () -> deadMsgQueues.put(queue.name(), target));
      }
      Set<String> topics = new LinkedHashSet<>();
      for (String topic : queue.subscriptions()) {
        TopicRules.subscriptionProblem(topic)
            .ifPresentOrElse(
                why ->
                    comment(
                        new Resource.Queue(queue.name()),
                        "subscription " + topic + " is left out: it " + why),
                () -> topics.add(topic));
      }
      queues.add(new QueueSpec(queue.name(), its, topics));
    }
    return queues;
  }

  /// Why a topology cannot have this dead message queue, as the end of a sentence.
  private static Optional<String> deadMsgQueueProblem(
      String queue, String target, Set<String> names, Map<String, String> others) {
    if (!names.contains(target)) {
      return Optional.of("is left out: this file has no such queue");
    }
    String next = target;
    while (next != null) {
      if (next.equals(queue)) {
        return Optional.of("is left out: it leads back here");
      }
      next = others.get(next);
    }
    return Optional.empty();
  }

  private List<ClientUsernameSpec> usernames() {
    List<ClientUsernameSpec> usernames = new ArrayList<>();
    for (ClientUsernameSpec username : found.clientUsernames()) {
      if (covers(username.name())) {
        usernames.add(
            new ClientUsernameSpec(
                username.name(), unusual(ObjectKind.CLIENT_USERNAME, username.attributes())));
        comment(
            new Resource.ClientUsername(username.name()),
            "A broker never returns a password. To set one: password: ${env:SOLACE_PASSWORD}");
      }
    }
    return usernames;
  }

  private List<ClientProfileSpec> clientProfiles(List<ClientUsernameSpec> usernames) {
    List<ClientProfileSpec> profiles = new ArrayList<>();
    Set<String> missing = named(usernames, "clientProfileName");
    for (ClientProfileSpec profile : found.clientProfiles()) {
      if (covers(profile.name())) {
        missing.remove(profile.name());
        profiles.add(
            new ClientProfileSpec(
                profile.name(), false, unusual(ObjectKind.CLIENT_PROFILE, profile.attributes())));
      }
    }
    missing.forEach(name -> profiles.add(new ClientProfileSpec(name, true, Map.of())));
    return profiles;
  }

  private List<AclProfileSpec> aclProfiles(List<ClientUsernameSpec> usernames) {
    List<AclProfileSpec> profiles = new ArrayList<>();
    Set<String> missing = named(usernames, "aclProfileName");
    for (AclProfileSpec profile : found.aclProfiles()) {
      if (covers(profile.name())) {
        missing.remove(profile.name());
        profiles.add(
            new AclProfileSpec(
                profile.name(),
                false,
                unusual(ObjectKind.ACL_PROFILE, profile.attributes()),
                exceptions(profile)));
      }
    }
    missing.forEach(name -> profiles.add(new AclProfileSpec(name, true, Map.of(), Set.of())));
    return profiles;
  }

  private Set<AclException> exceptions(AclProfileSpec profile) {
    Set<AclException> exceptions = new LinkedHashSet<>();
    for (AclException exception : profile.exceptions()) {
      ObjectReader.problem(exception)
          .ifPresentOrElse(
              why ->
                  comment(
                      new Resource.AclProfile(profile.name()),
                      exception.kind().words() + " " + exception + " is left out: it " + why),
              () -> exceptions.add(exception));
    }
    return exceptions;
  }

  private static Set<String> named(List<ClientUsernameSpec> usernames, String attribute) {
    Set<String> names = new LinkedHashSet<>();
    for (ClientUsernameSpec username : usernames) {
      if (username.attributes().get(attribute) instanceof AttributeValue.Text(String name)) {
        names.add(name);
      }
    }
    return names;
  }

  /// The attributes that differ from SEMP's defaults.
  private static Map<String, AttributeValue> unusual(
      ObjectKind kind, Map<String, AttributeValue> attributes) {
    Map<String, AttributeValue> unusual = new LinkedHashMap<>();
    for (Attribute attribute : kind.attributes().settable()) {
      AttributeValue value = attributes.get(attribute.name());
      if (value != null && !attribute.writeOnly() && !value.equals(usual(attribute))) {
        unusual.put(attribute.name(), value);
      }
    }
    return unusual;
  }

  private static @Nullable AttributeValue usual(Attribute attribute) {
    if (!(attribute.type() instanceof AttributeType.Threshold)) {
      return attribute.byDefault();
    }
    return attribute.name().endsWith("SpoolUsageThreshold")
        ? USUAL_SPOOL_THRESHOLD
        : USUAL_THRESHOLD;
  }

  private Manages manages(BrokerObjects objects) {
    Map<ObjectKind, List<String>> managed = new EnumMap<>(ObjectKind.class);
    for (ObjectKind kind : ObjectKind.values()) {
      List<String> names =
          switch (kind) {
            case QUEUE -> objects.queues().stream().map(QueueSpec::name).toList();
            case CLIENT_PROFILE ->
                objects.clientProfiles().stream().map(ClientProfileSpec::name).toList();
            case ACL_PROFILE -> objects.aclProfiles().stream().map(AclProfileSpec::name).toList();
            case CLIENT_USERNAME ->
                objects.clientUsernames().stream().map(ClientUsernameSpec::name).toList();
          };
      List<String> used =
          prefixes.stream()
              .filter(prefix -> names.stream().anyMatch(name -> name.startsWith(prefix)))
              .toList();
      if (!used.isEmpty()) {
        managed.put(kind, used);
      }
    }
    return new Manages(managed);
  }
}
