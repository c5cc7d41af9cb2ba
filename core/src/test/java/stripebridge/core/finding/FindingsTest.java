package stripebridge.core.finding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.ProjectFiles;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.FoundTopology;
import stripebridge.core.topology.model.ObjectKind;
import stripebridge.core.topology.model.SempVersion;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.yaml.TopologyReader;

class FindingsTest {
  private static final SempVersion NEW = new SempVersion(2, 49);
  private static final Findings.Context USUAL =
      new Findings.Context(OptionalLong.of(1000), 0, Set.of());

  /// A queue without findings, to which each test adds one line.
  private static final String SOUND =
      """
      ingressEnabled: true
      egressEnabled: true
      maxRedeliveryCount: 5
      deadMsgQueue: dmq
      rejectMsgToSenderOnDiscardBehavior: always
      """;

  private static final String DMQ =
      """
      ingressEnabled: true
      egressEnabled: true
      deadMsgQueue: ""
      """;

  private static Topology topology(String queue, String dmq, String rest) {
    return TopologyReader.read(
        "t",
        """
        version: 1
        routes:
          payout.failed: s/payout
          charge.failed: s/charge
        queues:
          q:
            subscriptions: [s/>]
        %s  r:
            subscriptions: [s/>]
        %s  all:
            subscriptions: [">"]
        %s  dmq:
        %s%s\
        """
            .formatted(queue.indent(4), SOUND.indent(4), SOUND.indent(4), dmq.indent(4), rest));
  }

  private static List<String> findings(
      Topology wanted, BrokerObjects found, Findings.Context more) {
    return Findings.of(wanted, new FoundTopology(NEW, found), more).stream()
        .filter(finding -> !finding.isAccepted())
        .map(finding -> finding.kind().id() + ": " + finding.sentence())
        .toList();
  }

  /// The findings that one more line of a queue adds to a sound topology.
  private static List<String> ofQueue(String line) {
    return added(topology(SOUND + line, DMQ, ""));
  }

  private static List<String> added(Topology topology) {
    List<String> usual = findings(topology(SOUND, DMQ, ""), BrokerObjects.NONE, USUAL);
    return findings(topology, BrokerObjects.NONE, USUAL).stream()
        .filter(finding -> !usual.contains(finding))
        .toList();
  }

  @Test
  void findsNothingInTheShippedTopologyThatItDoesNotAccept() throws IOException {
    Topology shipped =
        TopologyReader.read(
            "topology.yaml", Files.readString(ProjectFiles.root().resolve("topology.yaml")));
    assertThat(findings(shipped, BrokerObjects.NONE, USUAL)).isEmpty();
    // An accepted id without a finding would be a leftover.
    assertThat(
            Findings.of(shipped, new FoundTopology(NEW, BrokerObjects.NONE), USUAL).stream()
                .map(finding -> finding.kind().id())
                .distinct())
        .containsExactlyInAnyOrderElementsOf(shipped.accept().keySet());
  }

  @Test
  void findsAQueueThatIsShutDown() {
    assertThat(added(topology(SOUND.replace("gressEnabled: true", "gressEnabled: false"), DMQ, "")))
        .containsExactly("queue-shut: queue q has ingressEnabled and egressEnabled false");
    assertThat(added(topology(SOUND.replace("ingressEnabled: true\n", ""), DMQ, "")))
        .as("SEMP creates queues shut")
        .containsExactly("queue-shut: queue q has ingressEnabled false");
  }

  @Test
  void findsAQueueThatKeepsOneMessage() {
    assertThat(ofQueue("maxMsgSpoolUsage: 0"))
        .containsExactly("last-message-only: queue q has maxMsgSpoolUsage 0");
  }

  @Test
  void findsAQueueThatDropsWhatItCannotTake() {
    assertThat(added(topology(SOUND.replace("always", "when-queue-enabled"), DMQ, "")))
        .containsExactly(
            "discard-not-rejected: queue q has rejectMsgToSenderOnDiscardBehavior"
                + " when-queue-enabled");
    assertThat(added(topology(SOUND.replace("always", "never"), DMQ, "")))
        .containsExactly(
            "discard-not-rejected: queue q has rejectMsgToSenderOnDiscardBehavior" + " never");
  }

  @Test
  void findsTheWildcardsOfMqtt() {
    String more = "  m:\n    subscriptions: [m/#, +/n, '#noexport/+', a+/b#]\n" + SOUND.indent(4);
    assertThat(added(topology(SOUND, DMQ, more)))
        .contains(
            "mqtt-wildcard: queue m subscribes to m/#",
            "mqtt-wildcard: queue m subscribes to +/n",
            "mqtt-wildcard: queue m subscribes to #noexport/+")
        .noneMatch(finding -> finding.contains("a+/b#"));
    Topology routed =
        TopologyReader.read("t", "version: 1\nroutes:\n  a.b: s/+/b\nqueues:\n  q: {}\n");
    assertThat(findings(routed, BrokerObjects.NONE, USUAL))
        .contains("mqtt-wildcard: route a.b publishes to s/+/b");
  }

  @Test
  void notesANameLikeThoseOfTheBroker() {
    assertThat(added(topology(SOUND, DMQ, "  '#green':\n" + SOUND.indent(4))))
        .contains("reserved-name: queue #green begins with '#'");
  }

  @Test
  void findsADeadMessageQueueThatIsMissing() {
    assertThat(added(topology(SOUND.replace("deadMsgQueue: dmq\n", ""), DMQ, "")))
        .containsExactly(
            "dmq-missing: queue q has deadMsgQueue #DEAD_MSG_QUEUE, which does not exist");
    assertThat(added(topology(SOUND.replace(": dmq", ": \"\""), DMQ, "")))
        .containsExactly("dmq-missing: queue q has no deadMsgQueue, and maxRedeliveryCount 5");
  }

  @Test
  void findsADeadMessageQueueThatLosesMessages() {
    assertThat(added(topology(SOUND, DMQ + "respectTtlEnabled: true", "")))
        .contains("dmq-loses: queue dmq has respectTtlEnabled true");
    assertThat(added(topology(SOUND, DMQ + "maxRedeliveryCount: 3", "")))
        .contains("dmq-loses: queue dmq has maxRedeliveryCount 3");
    assertThat(added(topology(SOUND, DMQ + "redeliveryEnabled: false", "")))
        .contains("dmq-loses: queue dmq has redeliveryEnabled false");
    assertThat(added(topology(SOUND, DMQ + "maxMsgSize: 1000", "")))
        .containsExactly("dmq-loses: queue dmq has maxMsgSize 1000, queue q has 10000000");
  }

  @Test
  void findsMessagesThatNeverExpire() {
    assertThat(ofQueue("maxTtl: 60"))
        .containsExactly("ttl-ignored: queue q has maxTtl 60 s, but does not respect TTL");
    assertThat(
            findings(
                topology(SOUND + "respectTtlEnabled: true", DMQ, ""),
                BrokerObjects.NONE,
                new Findings.Context(OptionalLong.empty(), 5000, Set.of())))
        .contains("ttl-ignored: queue r ignores the 5000 ms time to live of each message")
        .noneMatch(finding -> finding.contains("queue q ignores"));
  }

  @Test
  void findsRedeliveryWithoutEnd() {
    assertThat(added(topology(SOUND.replace("5", "0"), DMQ, "")))
        .containsExactly("endless-redelivery: queue q has maxRedeliveryCount 0");
  }

  @Test
  void findsAVpnWithoutSpool() {
    Topology sound = topology(SOUND, DMQ, "");
    assertThat(
            findings(
                sound, BrokerObjects.NONE, new Findings.Context(OptionalLong.of(0), 0, Set.of())))
        .contains("vpn-without-spool: the message VPN has maxMsgSpoolUsage 0");
    assertThat(
            findings(
                sound, BrokerObjects.NONE, new Findings.Context(OptionalLong.empty(), 0, Set.of())))
        .noneMatch(finding -> finding.startsWith("vpn"));
  }

  @Test
  void findsAPublisherWhoseProfileCannotSend() {
    String closed =
        """
        clientProfiles: { profile: {} }
        aclProfiles:
          publisher: { publishTopicExceptions: [s/payout/*] }
          consumer: { publishTopicExceptions: [other/>] }
        clientUsernames:
          bridge: { clientProfileName: profile, aclProfileName: publisher }
          reader: { clientProfileName: profile, aclProfileName: consumer }
        """;
    String whose = "client profile profile of bridge has ";
    assertThat(added(topology(SOUND, DMQ, closed)))
        .containsExactly(
            "no-match-not-rejected: "
                + whose
                + "rejectMsgToSenderOnNoSubscriptionMatchEnabled false",
            "profile-cannot-send: " + whose + "allowGuaranteedMsgSendEnabled false");
    assertThat(added(topology(SOUND, DMQ, closed.replace("s/payout/*", "t/>")))).isEmpty();
  }

  @Test
  void checksAnExternalProfileAsTheBrokerHasIt() {
    Topology others =
        topology(
            SOUND,
            DMQ,
            """
            clientProfiles:
              profile:
                external: true
                allowGuaranteedMsgSendEnabled: true
                rejectMsgToSenderOnNoSubscriptionMatchEnabled: true
            aclProfiles:
              publisher: { publishTopicDefaultAction: allow }
            clientUsernames:
              bridge: { clientProfileName: profile, aclProfileName: publisher }
            """);
    BrokerObjects closed =
        TopologyReader.read("b", "version: 1\nclientProfiles: { profile: {} }\n").objects();
    assertThat(findings(others, closed, USUAL))
        .anyMatch(finding -> finding.startsWith("profile-cannot-send"));
    assertThat(findings(others, BrokerObjects.NONE, USUAL))
        .noneMatch(finding -> finding.startsWith("profile-cannot-send"));
  }

  private static Topology routed(String audit, String behavior) {
    return TopologyReader.read(
        "t",
        """
        version: 1
        routes:
          payout.failed: s/payout
          charge.failed: s/charge
          refund.*: t/{rest}
        unlisted: by-type
        queueDefaults:
          deadMsgQueue: ""
          ingressEnabled: true
          egressEnabled: true
          rejectMsgToSenderOnDiscardBehavior: %s
        queues:
          payouts: { subscriptions: [s/payout/*] }
          audit: { subscriptions: [%s] }
        accept:
          endless-redelivery: not looked at here
          discard-not-rejected: not looked at here
        """
            .formatted(behavior, audit));
  }

  @Test
  void checksAnUnwritableKindAsTheBrokerHasIt() {
    Topology wanted = topology(SOUND, DMQ, "");
    BrokerObjects shut =
        TopologyReader.read(
                "b", "version: 1\nqueues: { q: { egressEnabled: true, deadMsgQueue: \"\" } }\n")
            .objects();
    assertThat(findings(wanted, shut, USUAL)).noneMatch(it -> it.startsWith("queue-shut"));
    assertThat(
            findings(
                wanted,
                shut,
                new Findings.Context(OptionalLong.empty(), 0, Set.of(ObjectKind.QUEUE))))
        .contains("queue-shut: queue q has ingressEnabled false");
  }

  @Test
  void findsARouteThatOnlyTheAuditQueueReceives() {
    assertThat(findings(routed("'>'", "never"), BrokerObjects.NONE, USUAL))
        .containsExactly(
            "audit-only: route charge.failed reaches queue audit only",
            "audit-only: route refund.* reaches queue audit only");
  }

  @Test
  void findsARouteThatNoQueueReceives() {
    assertThat(findings(routed("s/charge/>", "never"), BrokerObjects.NONE, USUAL))
        .containsExactly(
            "route-unheard: no queue receives route refund.*",
            "route-unheard: no queue receives what no route matches");
  }

  @Test
  void findsQueuesThatHoldEventsBackFromOthers() {
    assertThat(findings(routed("'>'", "always"), BrokerObjects.NONE, USUAL))
        .contains(
            "one-holds-all: queue payouts shares events with 1 other queue",
            "one-holds-all: queue audit shares events with 1 other queue");
  }

  @Test
  void usesTheBrokersValuesForWhatTheTopologyLeavesOpen() {
    Topology silent =
        TopologyReader.read("t", "version: 1\nqueues: { q: { subscriptions: ['>'] } }\n");
    BrokerObjects found =
        TopologyReader.read(
                "b",
                """
                version: 1
                queues:
                  q:
                    ingressEnabled: true
                    egressEnabled: true
                    maxRedeliveryCount: 3
                    deadMsgQueue: d
                    rejectMsgToSenderOnDiscardBehavior: always
                  d: { respectTtlEnabled: true, deadMsgQueue: "" }
                """)
            .objects();
    assertThat(findings(silent, found, USUAL))
        .containsExactly(
            "dmq-loses: queue d has ingressEnabled false",
            "dmq-loses: queue d has respectTtlEnabled true");
  }
}
