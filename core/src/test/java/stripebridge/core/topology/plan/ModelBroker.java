package stripebridge.core.topology.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.Attribute;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.AttributeValue.SecretReference;
import stripebridge.core.topology.model.AttributeValue.Text;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Resource;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.plan.Change.AttributeChange;

/// A broker as a map of resources, stricter than a real one: a referenced object must exist and
/// cannot be deleted, and no change may be made twice.
public final class ModelBroker {
  private static final String BUILT_IN_DMQ = "#DEAD_MSG_QUEUE";

  private final SempVersion version;
  private final Map<Resource, Map<String, AttributeValue>> things = new LinkedHashMap<>();

  public ModelBroker(SempVersion version) {
    this.version = version;
    create(new Resource.ClientProfile("default"), Map.of());
    create(new Resource.AclProfile("default"), Map.of());
  }

  /// Applies a plan wave by wave, with the changes of one wave in random order.
  public void apply(Plan plan, RandomGenerator random) {
    for (List<Change> wave : plan.waves()) {
      List<Change> left = new ArrayList<>(wave);
      while (!left.isEmpty()) {
        apply(left.remove(random.nextInt(left.size())));
      }
    }
  }

  private void apply(Change change) {
    switch (change) {
      case Change.Create(Resource resource, Map<String, AttributeValue> attributes) ->
          create(resource, attributes);
      case Change.Update(Resource resource, List<AttributeChange> attributes) ->
          attributes.forEach(attribute -> update(resource, attribute));
      case Change.Delete(Resource resource) -> delete(resource);
      case Change.Keep(Resource resource) -> require(has(resource), resource + " is kept");
      case Change.Extra(Resource resource, Change.Extra.Reason _, List<Resource> _) ->
          require(has(resource), resource + " is extra");
      case Change.Foreign _ -> {}
    }
  }

  private void create(Resource resource, Map<String, AttributeValue> attributes) {
    require(!has(resource), resource + " exists");
    if (!resource.root().equals(resource)) {
      require(has(resource.root()), resource + " is part of nothing");
      things.put(resource, Map.of());
      return;
    }
    Map<String, AttributeValue> all = new LinkedHashMap<>();
    for (Attribute attribute : resource.kind().attributes().settable()) {
      if (attribute.byDefault() != null && attribute.since().compareTo(version) <= 0) {
        all.put(attribute.name(), attribute.byDefault());
      }
    }
    things.put(resource, all);
    attributes.forEach((name, value) -> set(resource, name, value));
  }

  private void update(Resource resource, AttributeChange change) {
    Map<String, AttributeValue> now = things.get(resource);
    require(now != null, resource + " does not exist");
    boolean secret = change.wanted() instanceof SecretReference;
    AttributeValue old = now == null || secret ? null : now.get(change.attribute());
    require(Objects.equals(old, change.old()), resource + " has another " + change);
    set(resource, change.attribute(), change.wanted());
  }

  private void set(Resource resource, String name, AttributeValue value) {
    Attribute attribute = resource.kind().attributes().find(name).orElseThrow();
    require(attribute.since().compareTo(version) <= 0, name + " is not known yet");
    if (value instanceof SecretReference) {
      return; // Never returned, so never stored here.
    }
    Map<String, AttributeValue> changed =
        new LinkedHashMap<>(things.getOrDefault(resource, Map.of()));
    changed.put(name, value);
    for (Resource target : targets(resource, Map.of(name, value))) {
      require(has(target), resource + " refers to " + target + ", which does not exist");
    }
    things.put(resource, changed);
  }

  private void delete(Resource resource) {
    require(has(resource), resource + " does not exist");
    things.forEach((other, attributes) ->
        require(!targets(other, attributes).contains(resource), other + " refers to " + resource));
    things.keySet().removeIf(other -> other.equals(resource) || other.root().equals(resource));
  }

  boolean has(Resource resource) {
    return things.containsKey(resource);
  }

  public FoundTopology found() {
    List<ClientProfileSpec> clientProfiles = new ArrayList<>();
    List<AclProfileSpec> aclProfiles = new ArrayList<>();
    List<ClientUsernameSpec> usernames = new ArrayList<>();
    List<QueueSpec> queues = new ArrayList<>();
    things.forEach((resource, attributes) -> {
      switch (resource) {
        case Resource.ClientProfile(String name) ->
            clientProfiles.add(new ClientProfileSpec(name, false, attributes));
        case Resource.AclProfile(String name) ->
            aclProfiles.add(new AclProfileSpec(name, false, attributes, exceptions(name)));
        case Resource.ClientUsername(String name) ->
            usernames.add(new ClientUsernameSpec(name, attributes));
        case Resource.Queue(String name) ->
            queues.add(new QueueSpec(name, attributes, subscriptions(name)));
        case Resource.AclProfileException _, Resource.Subscription _ -> {}
      }
    });
    return new FoundTopology(
        version, new BrokerObjects(clientProfiles, aclProfiles, usernames, queues));
  }

  private Set<AclException> exceptions(String profile) {
    Set<AclException> exceptions = new LinkedHashSet<>();
    for (Resource resource : things.keySet()) {
      if (resource instanceof Resource.AclProfileException(String owner, AclException exception)
          && owner.equals(profile)) {
        exceptions.add(exception);
      }
    }
    return exceptions;
  }

  private Set<String> subscriptions(String queue) {
    Set<String> topics = new LinkedHashSet<>();
    for (Resource resource : things.keySet()) {
      if (resource instanceof Resource.Subscription(String owner, String topic)
          && owner.equals(queue)) {
        topics.add(topic);
      }
    }
    return topics;
  }

  /// The references of an object; implemented again here, so as not to share a mistake.
  private static Set<Resource> targets(Resource resource, Map<String, AttributeValue> attributes) {
    Set<Resource> targets = new LinkedHashSet<>();
    attributes.forEach((name, value) -> {
      if (value instanceof Text(String text)) {
        switch (resource.kind() + "." + name) {
          case "QUEUE.deadMsgQueue" -> {
            if (!text.isEmpty() && !text.equals(BUILT_IN_DMQ)) {
              targets.add(new Resource.Queue(text));
            }
          }
          case "CLIENT_USERNAME.clientProfileName" -> targets.add(new Resource.ClientProfile(text));
          case "CLIENT_USERNAME.aclProfileName" -> targets.add(new Resource.AclProfile(text));
          default -> {}
        }
      }
    });
    return targets;
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError("the broker refuses: " + otherwise);
    }
  }
}
