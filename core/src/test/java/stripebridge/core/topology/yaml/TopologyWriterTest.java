package stripebridge.core.topology.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.topology.model.AclProfileSpec;
import stripebridge.core.topology.model.AttributeValue;
import stripebridge.core.topology.model.BrokerObjects;
import stripebridge.core.topology.model.QueueSpec;
import stripebridge.core.topology.model.Topology;
import stripebridge.core.topology.model.Topology.Manages;

class TopologyWriterTest {
  private static Topology reread(Topology topology) {
    return TopologyReader.read("t", TopologyWriter.write(List.of(), topology, Map.of()));
  }

  @Test
  void writesWhatReadsBackAsTheSame() {
    Topology shipped = TopologyReader.read(ShippedTopology.FILE, ShippedTopology.withOperator());
    assertThat(reread(shipped)).isEqualTo(shipped);
  }

  @Test
  void writesEveryFormOfAValue() {
    Topology topology =
        TopologyReader.read(
            "t",
            """
            version: 1
            unlisted: by-type
            routes:
              refund.*: s/{rest}
              payout.failed: { topic: p/failed, order: topic }
              'v2.core.account[configuration.customer].closed': 's/a b'
            queues:
              a:
                maxTtl: 5
                owner: "true"
                eventBindCountThreshold: { setValue: 9, clearValue: 0 }
                subscriptions: ["!a/*", ">", a/b*]
              "#DEAD_MSG_QUEUE": {}
              "5": { deadMsgQueue: a }
            clientProfiles: { "#client-profile": { external: true } }
            aclProfiles:
              a: { publishTopicExceptions: ["#P2P/QUE/x*", { mqtt: "a/+/#" }] }
              b: { external: true, clientConnectExceptions: ["::/0"] }
            clientUsernames: { u: { password: "${env:A_1}" } }
            manages: { queues: [stripe., "st'r"] }
            accept: { audit-only: "a \\"reason\\":\\n# two lines\\t\\x85" }
            """);
    assertThat(reread(topology)).isEqualTo(topology);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "true",
        "No",
        "~",
        "null",
        "5",
        "0x5",
        "1e5",
        ".5",
        "-",
        "- a",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "\"a\"",
        "a'b",
        "a\\b",
        "%a",
        "@a",
        "`a",
        "{a}",
        "[a]",
        "a, b",
        "|",
        "&a",
        "=",
        "<<",
        "é",
        "日本",
        "\uD83D\uDE00",
        "\u00A0",
        "\u2028",
        "a b ",
        " a",
        "2026-11-20"
      })
  void writesAnyNameSoThatItReadsBack(String name) {
    Topology topology =
        new Topology(
            TopologyReader.read("t", "version: 1\n").routing(),
            new BrokerObjects(
                List.of(),
                List.of(new AclProfileSpec("p" + name, false, Map.of(), Set.of())),
                List.of(),
                List.of(
                    new QueueSpec(
                        "q",
                        Map.of("owner", new AttributeValue.Text(name)),
                        Set.of("s/" + name + "/x")))),
            new Manages(Map.of()),
            Map.of("audit-only", name + "."));
    assertThat(reread(topology).accept()).isEqualTo(topology.accept());
    assertThat(reread(topology).objects().queues()).isEqualTo(topology.objects().queues());
  }
}
