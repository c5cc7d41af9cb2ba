package stripebridge.core.topology.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.problem.Problem;
import stripebridge.core.problem.ProblemsException;
import stripebridge.core.routing.EventPattern;
import stripebridge.core.routing.RoutingTable;
import stripebridge.core.routing.RoutingTable.Order;
import stripebridge.core.routing.RoutingTable.Route;
import stripebridge.core.routing.RoutingTable.Unlisted;
import stripebridge.core.routing.TopicTemplate;
import stripebridge.core.topology.model.AclException;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.AttributeValue.Text;
import stripebridge.core.topology.model.AttributeValue.Threshold;
import stripebridge.core.topology.model.AttributeValue.Threshold.Unit;
import stripebridge.core.topology.model.AttributeValue.Whole;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.model.Topology.Manages;

class TopologyReaderTest {

  @Test
  void reportsEightPlantedMistakesAtOnce() {
    String yaml =
        """
        version: 1
        unlisted: by-typ
        queues:
          stripe.payments.inbound:
            maxRedeliverCount: 5
            ingressEnabled: yes
            maxMsgSpoolUsage: 9000000
            accessType: shared
            deadMsgQueue: stripe.error.dmq
            subscribtions: [stripe/>]
          stripe.errors.dmq:
            subscriptions:
              - stripe/>/all
        """;
    ProblemsException thrown =
        catchThrowableOfType(
            ProblemsException.class, () -> TopologyReader.read("topology.yaml", yaml));
    assertThat(thrown.subject()).isEqualTo("topology.yaml");
    assertThat(thrown.problems().stream().map(Problem::toString))
        .containsExactly(
            "topology.yaml:2:11: 'unlisted' wants one of unroutable, by-type, not 'by-typ'; did you"
                + " mean 'by-type'?",
            "topology.yaml:5:5: unknown queue attribute 'maxRedeliverCount'; did you mean"
                + " 'maxRedeliveryCount'?",
            "topology.yaml:6:21: 'ingressEnabled' wants true or false, not 'yes'; write true",
            "topology.yaml:7:23: 'maxMsgSpoolUsage' wants a whole number from 0 to 6000000, not"
                + " '9000000'",
            "topology.yaml:8:17: 'accessType' wants one of exclusive, non-exclusive, not 'shared'",
            "topology.yaml:9:19: 'deadMsgQueue' names 'stripe.error.dmq', which is not under"
                + " 'queues'; did you mean 'stripe.errors.dmq'?",
            "topology.yaml:10:5: unknown queue attribute 'subscribtions'; did you mean"
                + " 'subscriptions'?",
            "topology.yaml:13:9: subscription 'stripe/>/all' has a '>' that is not the whole last"
                + " level");
  }

  @Test
  void appliesDefaultsToEveryQueueThatDoesNotOverrideThem() {
    QueueSpec queue =
        queue(
            """
            version: 1
            queues:
              orders:
                maxBindCount: 7
                owner: me
            queueDefaults:
              maxBindCount: 5
              permission: delete
            """);
    assertThat(queue)
        .isEqualTo(
            new QueueSpec(
                "orders",
                Map.of(
                    "maxBindCount", new Whole(7),
                    "permission", new Text("delete"),
                    "owner", new Text("me")),
                Set.of()));
  }

  @Test
  void readsThresholdsInEitherUnit() {
    QueueSpec queue =
        queue(
            """
            version: 1
            queues:
              orders:
                eventBindCountThreshold: { setPercent: 80, clearPercent: 60 }
                eventMsgSpoolUsageThreshold: { clearValue: 4294967295, setValue: 4294967295 }
            """);
    assertThat(queue.attributes())
        .isEqualTo(
            Map.of(
                "eventBindCountThreshold", new Threshold(Unit.PERCENT, 80, 60),
                "eventMsgSpoolUsageThreshold",
                    new Threshold(Unit.VALUE, 4_294_967_295L, 4_294_967_295L)));
  }

  @Test
  void readsExceptionsInBothSyntaxes() {
    Topology topology =
        TopologyReader.read(
            "t",
            """
            version: 1
            aclProfiles:
              guests:
                publishTopicExceptions: [a/b*/>, mqtt: a/+/#, "#P2P/QUE/x"]
                subscribeShareNameExceptions: [group]
                clientConnectExceptions: [10.0.0.0/8, "::1/128"]
              default:
                external: true
            """);
    assertThat(topology.objects().aclProfiles())
        .containsExactly(
            new AclProfileSpec(
                "guests",
                false,
                Map.of(),
                Set.of(
                    exception(AclException.Kind.PUBLISH_TOPIC, "a/b*/>"),
                    new AclException(
                        AclException.Kind.PUBLISH_TOPIC, AclException.Syntax.MQTT, "a/+/#"),
                    exception(AclException.Kind.PUBLISH_TOPIC, "#P2P/QUE/x"),
                    exception(AclException.Kind.SUBSCRIBE_SHARE_NAME, "group"),
                    exception(AclException.Kind.CLIENT_CONNECT, "10.0.0.0/8"),
                    exception(AclException.Kind.CLIENT_CONNECT, "::1/128"))),
            new AclProfileSpec("default", true, Map.of(), Set.of()));
  }

  @Test
  void readsPatternsAndAcceptedFindings() {
    Topology topology =
        TopologyReader.read(
            "t",
            """
            version: 1
            unlisted: by-type
            routes:
              customer.created: c/created
              customer.*: c/{rest}
              v2.core.account[a.b].closed: v2/core
              payout.failed:
                topic: payout/failed
                order: topic
            accept:
              audit-only: nobody else needs it
            """);
    assertThat(topology)
        .isEqualTo(
            new Topology(
                new RoutingTable(
                    List.of(
                        route("customer.created", "c/created"),
                        route("customer.*", "c/{rest}"),
                        route("v2.core.account[a.b].closed", "v2/core"),
                        new Route(
                            new EventPattern("payout.failed"),
                            new TopicTemplate("payout/failed"),
                            Order.TOPIC)),
                    Unlisted.BY_TYPE),
                BrokerObjects.NONE,
                new Manages(Map.of()),
                Map.of("audit-only", "nobody else needs it")));
  }

  @Test
  void treatsASectionWithAllEntriesCommentedOutAsEmpty() {
    String yaml = "version: 1\nqueues:\n  # a: {}\nroutes:\naccept:\nmanages:\n  queues:\n";
    assertThat(Reading.problems(yaml)).isEmpty();
  }

  @Test
  void countsColumnsInCharactersAndLinesOfAnyEnding() {
    assertThat(Reading.problems("version: 1\r\nqueues: {\"\uD83D\uDE00\": {}, b: {nope: 1}}\r\n"))
        .containsExactly("2:23: unknown queue attribute 'nope'");
  }

  @Test
  void skipsAByteOrderMark() {
    assertThat(Reading.problems("\uFEFFversion: 1\nunlisted: by-type\n")).isEmpty();
  }

  /// The text in a secret's place may be the secret, so it is never quoted.
  @ParameterizedTest
  @ValueSource(
      strings = {"hunter2", "'hunter2'", "${env:hunter2}x", "[hunter2]", "{a: hunter2}", "2222"})
  void neverQuotesASecret(String secret) {
    String yaml = "version: 1\nclientUsernames:\n  me:\n    password: " + secret + "\n";
    assertThat(Reading.problems(yaml))
        .containsExactly(
            "4:15: 'password' must not be in this file; name its environment variable:"
                + " ${env:NAME}");
  }

  private static QueueSpec queue(String yaml) {
    return TopologyReader.read("t", yaml).objects().queues().getFirst();
  }

  private static Route route(String pattern, String topic) {
    return new Route(new EventPattern(pattern), new TopicTemplate(topic));
  }

  private static AclException exception(AclException.Kind kind, String value) {
    return new AclException(kind, AclException.Syntax.SMF, value);
  }
}
