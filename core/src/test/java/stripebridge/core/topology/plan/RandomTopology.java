package stripebridge.core.topology.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.Attribute;
import stripebridge.core.topology.model.AttributeType;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.AttributeValue.Flag;
import stripebridge.core.topology.model.AttributeValue.SecretReference;
import stripebridge.core.topology.model.AttributeValue.Text;
import stripebridge.core.topology.model.AttributeValue.Threshold;
import stripebridge.core.topology.model.AttributeValue.Whole;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.ClientProfileSpec;
import stripebridge.core.topology.model.ClientUsernameSpec;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.model.Topology.Manages;

/// Makes random topologies from few names, so that wanted and found objects overlap.
public final class RandomTopology {
  private static final List<String> TOPICS = List.of("a/>", "b/*", "c", "!d/>");

  private final RandomGenerator random;

  /// Dead message queues follow this order in all topologies of one case: applying one topology
  /// over another must not close a cycle, which no order of deletions could resolve.
  private final List<String> queueNames = new ArrayList<>();

  public RandomTopology(RandomGenerator random) {
    this.random = random;
    queueNames.addAll(names("ours.queue.", "their.queue."));
    shuffle(queueNames);
  }

  public Topology topology(boolean externals) {
    List<ClientProfileSpec> clientProfiles = new ArrayList<>();
    for (String name : some("ours-client-", "their-client-")) {
      boolean external = externals && random.nextInt(4) == 0;
      clientProfiles.add(
          new ClientProfileSpec(name, external, attributes(ObjectKind.CLIENT_PROFILE)));
    }
    List<AclProfileSpec> aclProfiles = new ArrayList<>();
    for (String name : some("ours-acl-", "their-acl-")) {
      boolean external = externals && random.nextInt(4) == 0;
      aclProfiles.add(
          new AclProfileSpec(name, external, attributes(ObjectKind.ACL_PROFILE), exceptions()));
    }
    BrokerObjects objects =
        new BrokerObjects(
            clientProfiles,
            aclProfiles,
            usernames(
                clientProfiles.stream().map(ClientProfileSpec::name).toList(),
                aclProfiles.stream().map(AclProfileSpec::name).toList()),
            queues());
    return new Topology(
        new RoutingTable(List.of(), Unlisted.UNROUTABLE), objects, manages(), Map.of());
  }

  private List<ClientUsernameSpec> usernames(List<String> clients, List<String> acls) {
    List<ClientUsernameSpec> usernames = new ArrayList<>();
    for (String name : some("ours-user-", "their-user-")) {
      Map<String, AttributeValue> attributes = attributes(ObjectKind.CLIENT_USERNAME);
      attributes.remove("clientProfileName");
      attributes.remove("aclProfileName");
      if (!clients.isEmpty() && random.nextBoolean()) {
        attributes.put("clientProfileName", new Text(any(clients)));
      }
      if (!acls.isEmpty() && random.nextBoolean()) {
        attributes.put("aclProfileName", new Text(any(acls)));
      }
      usernames.add(new ClientUsernameSpec(name, attributes));
    }
    return usernames;
  }

  /// Queues in any order, each with a dead message queue or none.
  private List<QueueSpec> queues() {
    List<String> names = new ArrayList<>(queueNames);
    names.removeIf(_ -> random.nextInt(3) == 0);
    List<QueueSpec> queues = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      Map<String, AttributeValue> attributes = attributes(ObjectKind.QUEUE);
      attributes.remove("deadMsgQueue");
      int target = i + 1 + random.nextInt(names.size());
      if (target < names.size()) {
        attributes.put("deadMsgQueue", new Text(names.get(target)));
      } else if (random.nextBoolean()) {
        attributes.put("deadMsgQueue", new Text(""));
      }
      Set<String> topics = new LinkedHashSet<>(TOPICS.subList(0, random.nextInt(TOPICS.size())));
      queues.add(new QueueSpec(names.get(i), attributes, topics));
    }
    shuffle(queues);
    return queues;
  }

  private Set<AclException> exceptions() {
    Set<AclException> exceptions = new LinkedHashSet<>();
    for (int left = random.nextInt(3); left > 0; left--) {
      exceptions.add(
          new AclException(
              any(List.of(AclException.Kind.values())),
              any(List.of(AclException.Syntax.values())),
              any(TOPICS)));
    }
    return exceptions;
  }

  private Manages manages() {
    Map<ObjectKind, List<String>> prefixes = new EnumMap<>(ObjectKind.class);
    for (ObjectKind kind : ObjectKind.values()) {
      if (random.nextInt(4) > 0) {
        prefixes.put(kind, List.of("ours"));
      }
    }
    return new Manages(prefixes);
  }

  private Map<String, AttributeValue> attributes(ObjectKind kind) {
    Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    List<Attribute> known = List.copyOf(kind.attributes().settable());
    for (int left = random.nextInt(5); left > 0; left--) {
      Attribute attribute = any(known);
      attributes.put(attribute.name(), value(attribute.type()));
    }
    return attributes;
  }

  private AttributeValue value(AttributeType type) {
    return switch (type) {
      case AttributeType.Flag _ -> new Flag(random.nextBoolean());
      case AttributeType.Whole(long min, long max) ->
          new Whole(random.nextBoolean() ? min : random.nextLong(min, max + 1));
      case AttributeType.Text _ -> new Text(any(List.of("", "x", "y")));
      case AttributeType.Choice(List<String> words) -> new Text(any(words));
      case AttributeType.Secret _ -> new SecretReference("PASSWORD");
      case AttributeType.Threshold(Set<Threshold.Unit> units) ->
          new Threshold(any(List.copyOf(units)), 1 + random.nextInt(3), random.nextInt(2));
    };
  }

  /// Some of six names in any order.
  private List<String> some(String ours, String theirs) {
    List<String> names = names(ours, theirs);
    names.removeIf(_ -> random.nextInt(3) == 0);
    shuffle(names);
    return names;
  }

  private static List<String> names(String ours, String theirs) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      names.add(ours + i);
      names.add(theirs + i);
    }
    return names;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private void shuffle(List<?> list) {
    Collections.shuffle(list, Random.from(random));
  }
}
