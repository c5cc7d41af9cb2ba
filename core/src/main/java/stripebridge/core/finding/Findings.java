package stripebridge.core.finding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import stripebridge.core.finding.Effective.Queue;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.Topic;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.FindingKind;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.TopicRules;
import stripebridge.core.topology.model.Topology;

/// Looks for ways to lose messages, and for what is worth knowing, in how a VPN will be once a
/// topology is applied.
public final class Findings {
  private static final String UNLISTED = "what no route takes";

  /// What every queue's DMQ is by default, and which no broker has until somebody makes it.
  private static final String DEFAULT_DMQ = "#DEAD_MSG_QUEUE";

  private final Topology topology;
  private final Context circumstances;
  private final Effective effective;
  private final List<Finding> found = new ArrayList<>();

  private Findings(Topology topology, FoundTopology broker, Context circumstances) {
    this.topology = topology;
    this.circumstances = circumstances;
    this.effective = new Effective(topology, broker, circumstances.unwritable());
  }

  /// Every finding, in the order of the kinds; those that the topology accepts say so.
  public static List<Finding> of(
      Topology topology, FoundTopology broker, Context circumstances) {
    Findings findings = new Findings(topology, broker, circumstances);
    findings.vpn();
    findings.queues();
    findings.deadMessages();
    findings.publishers();
    findings.routes();
    findings.found.sort(Comparator.comparing(Finding::kind));
    return List.copyOf(findings.found);
  }

  private void add(FindingKind kind, String sentence) {
    found.add(new Finding(kind, sentence, topology.accept().get(kind.id())));
  }

  private void vpn() {
    if (circumstances.spoolMegabytes().orElse(1) == 0) {
      add(FindingKind.VPN_WITHOUT_SPOOL, "the message VPN has maxMsgSpoolUsage 0");
    }
  }

  private void queues() {
    Set<String> dead = new LinkedHashSet<>();
    effective.queues().forEach(queue -> dead.add(queue.deadMsgQueue()));
    for (Queue queue : effective.queues()) {
      String name = "queue " + queue.name();
      List<String> shut =
          Stream.of("ingressEnabled", "egressEnabled")
              .filter(side -> !queue.values().flag(side))
              .toList();
      if (!shut.isEmpty()) {
        add(FindingKind.QUEUE_SHUT, name + " has " + String.join(" and ", shut) + " false");
      }
      if (queue.keepsLastMessageOnly()) {
        add(FindingKind.LAST_MESSAGE_ONLY, name + " has maxMsgSpoolUsage 0");
      }
      for (String subscription : queue.subscriptions()) {
        if (hasMqttWildcard(subscription)) {
          add(FindingKind.MQTT_WILDCARD, name + " subscribes to " + subscription);
        }
      }
      if (queue.name().startsWith("#") && !queue.name().equals(DEFAULT_DMQ)) {
        add(FindingKind.RESERVED_NAME, name + " is taken as it is");
      }
      if (!queue.subscriptions().isEmpty() && !queue.whenDiscarding().equals("always")) {
        add(
            FindingKind.DISCARD_NOT_REJECTED,
            name + " rejects what it cannot take: " + queue.whenDiscarding());
      }
      if (!queue.respectsTtl() && queue.maxTtl() > 0) {
        add(FindingKind.TTL_IGNORED, name + " has maxTtl " + queue.maxTtl() + " s in vain");
      } else if (!queue.respectsTtl()
          && !queue.subscriptions().isEmpty()
          && circumstances.messageTtlMillis() > 0) {
        add(
            FindingKind.TTL_IGNORED,
            name + " ignores the " + circumstances.messageTtlMillis() + " ms of each message");
      }
      if (queue.redelivers() && queue.redeliveriesMax() == 0 && !dead.contains(queue.name())) {
        add(FindingKind.ENDLESS_REDELIVERY, name + " has maxRedeliveryCount 0");
      }
    }
  }

  private void deadMessages() {
    Map<String, List<Queue>> sources = new LinkedHashMap<>();
    for (Queue queue : effective.queues()) {
      Queue target = effective.queue(queue.deadMsgQueue());
      if (target != null) {
        sources.computeIfAbsent(target.name(), _ -> new ArrayList<>()).add(queue);
      } else if (!queue.deadMsgQueue().isEmpty()) {
        add(
            FindingKind.DMQ_MISSING,
            "queue "
                + queue.name()
                + " has deadMsgQueue "
                + queue.deadMsgQueue()
                + ", which does not exist");
      } else {
        List<String> ways = waysOut(queue);
        if (!ways.isEmpty()) {
          add(
              FindingKind.DMQ_MISSING,
              "queue " + queue.name() + " has no deadMsgQueue, and " + String.join(" and ", ways));
        }
      }
    }
    sources.forEach((name, from) -> {
      Queue target = effective.queue(name);
      if (target != null) {
        deadMessageQueue(target, from);
      }
    });
  }

  /// How messages leave a queue by themselves.
  private static List<String> waysOut(Queue queue) {
    List<String> ways = new ArrayList<>();
    if (!queue.redelivers()) {
      ways.add("redeliveryEnabled false");
    } else if (queue.redeliveriesMax() > 0) {
      ways.add("maxRedeliveryCount " + queue.redeliveriesMax());
    }
    if (queue.respectsTtl()) {
      ways.add("respectTtlEnabled true");
    }
    return ways;
  }

  private void deadMessageQueue(Queue dmq, List<Queue> sources) {
    String name = "queue " + dmq.name();
    boolean ours = effective.isOurs(dmq.name());
    if (!ours && !dmq.takesMessages()) {
      add(FindingKind.DMQ_LOSES, name + " has ingressEnabled false");
    }
    // One that has a dead message queue of its own passes on; a missing one is reported for it.
    List<String> ways = dmq.deadMsgQueue().isEmpty() ? waysOut(dmq) : List.of();
    if (!ways.isEmpty()) {
      add(FindingKind.DMQ_LOSES, name + " has " + String.join(" and ", ways));
    }
    if (!ours && dmq.keepsLastMessageOnly()) {
      add(FindingKind.DMQ_LOSES, name + " has maxMsgSpoolUsage 0");
    }
    sources.stream()
        .filter(source -> source.messageBytesMax() > dmq.messageBytesMax())
        .max(Comparator.comparingLong(Queue::messageBytesMax))
        .ifPresent(source ->
            add(
                FindingKind.DMQ_LOSES,
                "%s has maxMsgSize %d, queue %s has %d"
                    .formatted(
                        name, dmq.messageBytesMax(), source.name(), source.messageBytesMax())));
  }

  /// Clients of the topology that may publish what a route makes, and the profiles they have.
  private void publishers() {
    Map<String, Set<String>> usersByProfile = new LinkedHashMap<>();
    effective
        .clientUsernames()
        .forEach((user, values) -> {
          Effective.Acl acl = effective.aclProfile(values.text("aclProfileName"));
          if (acl != null && mayPublish(acl)) {
            usersByProfile
                .computeIfAbsent(values.text("clientProfileName"), _ -> new LinkedHashSet<>())
                .add(user);
          }
        });
    usersByProfile.forEach((profile, users) -> {
      Effective.Values values = effective.clientProfile(profile);
      if (values == null) {
        return; // The reader wants it declared, so it is one of others that is missing.
      }
      String whose = "client profile " + profile + " of " + String.join(", ", users) + " has ";
      if (!values.flag("allowGuaranteedMsgSendEnabled")) {
        add(FindingKind.PROFILE_CANNOT_SEND, whose + "allowGuaranteedMsgSendEnabled false");
      }
      if (!values.flag("rejectMsgToSenderOnNoSubscriptionMatchEnabled")) {
        add(
            FindingKind.NO_MATCH_NOT_REJECTED,
            whose + "rejectMsgToSenderOnNoSubscriptionMatchEnabled false");
      }
    });
  }

  private boolean mayPublish(Effective.Acl acl) {
    if (acl.values().text("publishTopicDefaultAction").equals("allow")) {
      return true;
    }
    List<String> topics =
        acl.exceptions().stream()
            .filter(exception -> exception.kind() == AclException.Kind.PUBLISH_TOPIC)
            .filter(exception -> exception.syntax() == AclException.Syntax.SMF)
            .map(AclException::value)
            .toList();
    return routedTopics().values().stream()
        .anyMatch(levels -> Subscription.attracts(topics, levels));
  }

  /// A whole level `+`, or `#` as the last one, as MQTT has them.
  private static boolean hasMqttWildcard(String topic) {
    List<String> levels = List.of(TopicRules.withoutNoExport(topic).split("/", -1));
    return levels.contains("+") || levels.contains("#");
  }

  private void routes() {
    for (Route route : topology.routing().routes()) {
      if (hasMqttWildcard(route.topic().text())) {
        add(
            FindingKind.MQTT_WILDCARD,
            "route " + route.pattern() + " publishes to " + route.topic().text());
      }
    }
    Map<String, List<String>> topics = routedTopics();
    Map<String, List<Queue>> receivers = new LinkedHashMap<>();
    topics.forEach((route, levels) ->
        receivers.put(
            route,
            effective.queues().stream()
                .filter(queue -> Subscription.attracts(queue.subscriptions(), levels))
                .toList()));
    Map<String, Integer> topicsByQueue = new HashMap<>();
    receivers.values().stream()
        .flatMap(List::stream)
        .forEach(queue -> topicsByQueue.merge(queue.name(), 1, Integer::sum));
    receivers.forEach((route, queues) -> {
      if (queues.isEmpty()) {
        add(FindingKind.ROUTE_UNHEARD, "no queue receives " + route);
      } else if (!route.equals(UNLISTED) && queues.size() == 1) {
        String only = queues.getFirst().name();
        if (topics.size() > 1 && topicsByQueue.getOrDefault(only, 0) == topics.size()) {
          add(FindingKind.AUDIT_ONLY, route + " reaches queue " + only + " only");
        }
      }
    });
    holding(receivers);
  }

  private void holding(Map<String, List<Queue>> receivers) {
    Map<String, Set<String>> sharing = new LinkedHashMap<>();
    for (List<Queue> queues : receivers.values()) {
      List<String> names = queues.stream().map(Queue::name).toList();
      if (names.size() > 1) {
        queues.stream()
            .filter(Queue::rejects)
            .forEach(
                queue -> sharing.computeIfAbsent(queue.name(), _ -> new HashSet<>()).addAll(names));
      }
    }
    sharing.forEach((queue, names) ->
        add(
            FindingKind.ONE_HOLDS_ALL,
            "queue %s shares events with %s".formatted(queue, counted(names.size() - 1))));
  }

  private static String counted(int queues) {
    return queues == 1 ? "1 other queue" : queues + " other queues";
  }

  /// What is published to, by what it is: each route, and what no route takes.
  private Map<String, List<String>> routedTopics() {
    Map<String, List<String>> topics = new LinkedHashMap<>();
    for (Route route : topology.routing().routes()) {
      TopicTemplate topic = route.topic();
      topics.put("route " + route.pattern(), Subscription.levels(topic.text(), topic.hasRest()));
    }
    boolean byType = topology.routing().unlisted() == Unlisted.BY_TYPE;
    topics.put(
        UNLISTED,
        byType
            ? Subscription.levels(TopicTemplate.BY_TYPE.text(), true)
            : Subscription.levels(Topic.unroutable(Topic.UNKNOWN_ACCOUNT).withoutAccount(), false));
    return topics;
  }

  /// What findings need to know beside the topology and the objects of the VPN.
  ///
  /// @param spoolMegabytes what the message VPN may keep (SEMP's `maxMsgSpoolUsage`); absent when it
  ///   could not be read
  /// @param messageTtlMillis what the bridge publishes with; 0 is for ever
  /// @param unwritable kinds of objects that stay as they are on the broker, whatever the topology
  ///   says
  public record Context(
      OptionalLong spoolMegabytes, long messageTtlMillis, Set<ObjectKind> unwritable) {
    public Context {
      unwritable = Set.copyOf(unwritable);
    }
  }
}
