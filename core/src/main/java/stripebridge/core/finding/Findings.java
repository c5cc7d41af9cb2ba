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

/// Finds ways to lose messages, and other things worth knowing, in a VPN as it will be once a
/// topology is applied.
public final class Findings {
  private static final String UNLISTED = "what no route matches";

  /// The default DMQ of every queue. No broker has it until somebody creates it.
  private static final String DEFAULT_DMQ = "#DEAD_MSG_QUEUE";

  private final Topology topology;
  private final Context context;
  private final Effective effective;
  private final List<Finding> found = new ArrayList<>();

  private Findings(Topology topology, FoundTopology broker, Context context) {
    this.topology = topology;
    this.context = context;
    this.effective = new Effective(topology, broker, context.unwritable());
  }

  /// Every finding, in the order of the kinds, including those that the topology accepts.
  public static List<Finding> of(Topology topology, FoundTopology broker, Context context) {
    Findings findings = new Findings(topology, broker, context);
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
    if (context.spoolMegabytes().orElse(1) == 0) {
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
        add(FindingKind.RESERVED_NAME, name + " begins with '#'");
      }
      if (!queue.subscriptions().isEmpty() && !queue.whenDiscarding().equals("always")) {
        add(
            FindingKind.DISCARD_NOT_REJECTED,
            name + " has rejectMsgToSenderOnDiscardBehavior " + queue.whenDiscarding());
      }
      if (!queue.respectsTtl() && queue.maxTtl() > 0) {
        add(
            FindingKind.TTL_IGNORED,
            name + " has maxTtl " + queue.maxTtl() + " s, but does not respect TTL");
      } else if (!queue.respectsTtl()
          && !queue.subscriptions().isEmpty()
          && context.messageTtlMillis() > 0) {
        add(
            FindingKind.TTL_IGNORED,
            name
                + " ignores the "
                + context.messageTtlMillis()
                + " ms time to live of each message");
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

  /// The settings that let undelivered messages leave a queue.
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
    // A dead message queue with its own dead message queue passes messages on; if that one is
    // missing, this is reported there.
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

  /// Checks the profiles of the clients that may publish to a route's topic.
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
        return; // The reader requires a declaration, so this is a missing external profile.
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

  /// Whether a level is `+` or `#`, which are wildcards in MQTT only.
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
    sharedEvents(receivers);
  }

  private void sharedEvents(Map<String, List<Queue>> receivers) {
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

  /// The topic levels that events are published to: those of each route, and those of events that
  /// no route matches.
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

  /// What findings need to know besides the topology and the objects of the VPN.
  ///
  /// @param spoolMegabytes the spool quota of the message VPN (SEMP's `maxMsgSpoolUsage`); empty
  ///   when it could not be read
  /// @param messageTtlMillis the time to live of the bridge's messages; 0 for no expiry
  /// @param unwritable kinds of objects that stay as they are on the broker, even if the topology
  ///   differs
  public record Context(
      OptionalLong spoolMegabytes, long messageTtlMillis, Set<ObjectKind> unwritable) {
    public Context {
      unwritable = Set.copyOf(unwritable);
    }
  }
}
