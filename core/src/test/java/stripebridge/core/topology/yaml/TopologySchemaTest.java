package stripebridge.core.topology.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stripebridge.core.testing.ProjectFiles;
import stripebridge.core.testing.Seed;

/// `docs/reference/topology.schema.json`, for editors, matches the code, and agrees with the reader
/// as far as a schema can.
class TopologySchemaTest {
  private static final Path FILE =
      ProjectFiles.root().resolve("docs/reference/topology.schema.json");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(TopologySchema.text());

  @Test
  void matchesTheCode() throws IOException {
    String made = TopologySchema.text();
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, made);
    }
    assertThat(made)
        .as("docs/reference/topology.schema.json; 'make golden' rewrites it")
        .isEqualTo(Files.readString(FILE));
  }

  @Test
  void isALegalSchema() throws IOException {
    URI dialect = URI.create("https://json-schema.org/draft/2020-12/schema");
    Schema metaSchema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(new ObjectMapper().createObjectNode().put("$ref", dialect.toString()));
    ObjectMapper json = new ObjectMapper();
    assertThat(metaSchema.validate(json.readTree("{\"type\": 5}"))).isNotEmpty();
    assertThat(metaSchema.validate(json.readTree(TopologySchema.text()))).isEmpty();
  }

  @Test
  void takesTheShippedFile() throws IOException {
    assertThat(refusals(ShippedTopology.text())).isEmpty();
    assertThat(refusals(ShippedTopology.withOperator())).isEmpty();
  }

  /// The schema accepts what the reader accepts: legal texts with unusual features.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "queues: { '#DEAD_MSG_QUEUE': {}, '#green': {}, '...': {} }",
        "queues: { a: { subscriptions: ['#noexport/a/>', '#noexport/!a/b'] } }",
        "queues: { 'a b': { owner: '', deadMsgQueue: '', subscriptions: [a*/>, '!a/*', '>'] } }",
        "queues: { a: { eventBindCountThreshold: { setValue: 4294967295, clearValue: 0 } } }",
        "clientProfiles: { '#client-profile': { external: true, maxEgressFlowCount: 0 } }",
        "aclProfiles: { 'any.name': { publishTopicExceptions: [a, mqtt: a, mqtt: '#'] } }",
        "aclProfiles: { p: { clientConnectExceptions: ['::/0'], subscribeTopicExceptions: } }",
        "clientUsernames: { u: { password: '${env:A_1}', enabled: false } }",
        "routes: { 'a.*': 'x/{rest}', 'b[c.d].e': 'x y/z', 'a-b': x }",
        "routes: { 'a.*': { topic: 'x/{rest}', order: topic }, b: { topic: y, order: key } }",
        "manages: { queues: [default-x], aclProfiles: }",
        "accept: { audit-only: \"two\\nlines\" }",
        "unlisted: by-type",
        "queueDefaults:",
        "queues:",
      })
  void acceptsWhatTheReaderAccepts(String section) throws IOException {
    String yaml = "version: 1\n" + section + "\n";
    assertThat(Reading.problems(yaml)).isEmpty();
    assertThat(refusals(yaml)).isEmpty();
  }

  /// The schema also refuses what the reader refuses for its structure.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "version: 2",
        "version: '1'",
        "version:",
        "[a]",
        "text",
        "unlisted: by-type",
        "version: 1\nfoo: 1",
        "version: 1\nunlisted: bytype",
        "version: 1\nqueues: []",
        "version: 1\nqueues: { a: }",
        "version: 1\nqueues: { a: 5 }",
        "version: 1\nqueues: { a: { nope: 1 } }",
        "version: 1\nqueues: { a: { external: true } }",
        "version: 1\nqueues: { a: { ingressEnabled: 1 } }",
        "version: 1\nqueues: { a: { ingressEnabled: 'true' } }",
        "version: 1\nqueues: { a: { ingressEnabled: } }",
        "version: 1\nqueues: { a: { maxRedeliveryCount: 256 } }",
        "version: 1\nqueues: { a: { maxRedeliveryCount: -1 } }",
        "version: 1\nqueues: { a: { maxRedeliveryCount: 1.5 } }",
        "version: 1\nqueues: { a: { maxRedeliveryCount: '5' } }",
        "version: 1\nqueues: { a: { accessType: shared } }",
        "version: 1\nqueues: { a: { owner: 5 } }",
        "version: 1\nqueues: { a: { owner: '${env:A}' } }",
        "version: 1\nqueues: { a: { owner: \"a\\nb\" } }",
        "version: 1\nqueues: { a: { deadMsgQueue: 'a*' } }",
        "version: 1\nqueues: { a: { queueName: a } }",
        "version: 1\nqueues: { a: { eventBindCountThreshold: 5 } }",
        "version: 1\nqueues: { a: { eventBindCountThreshold: { setPercent: 5 } } }",
        "version: 1\nqueueDefaults: {eventBindCountThreshold: {setPercent: 101, clearPercent: 0}}",
        "version: 1\nqueues: { a: { eventBindCountThreshold: { setPercent: 1, clearValue: 0 } } }",
        "version: 1\nqueues: { 'a*b': {} }",
        "version: 1\nqueues: { '#P2P': {} }",
        "version: 1\nqueues: { '..': {} }",
        "version: 1\nqueues: { a: { subscriptions: ['#noexport/#a'] } }",
        "version: 1\nclientUsernames: { '.': {} }",
        "version: 1\nqueues: { '': {} }",
        "version: 1\nqueues: { '${env:Q}': {} }",
        "version: 1\nqueues: { a: { subscriptions: x } }",
        "version: 1\nqueues: { a: { subscriptions: [x, x] } }",
        "version: 1\nqueues: { a: { subscriptions: [5] } }",
        "version: 1\nqueues: { a: { subscriptions: [''] } }",
        "version: 1\nqueues: { a: { subscriptions: [/x] } }",
        "version: 1\nqueues: { a: { subscriptions: [x//y] } }",
        "version: 1\nqueues: { a: { subscriptions: [x/] } }",
        "version: 1\nqueues: { a: { subscriptions: [x/>/y] } }",
        "version: 1\nqueues: { a: { subscriptions: [x>] } }",
        "version: 1\nqueues: { a: { subscriptions: [a*b] } }",
        "version: 1\nqueues: { a: { subscriptions: ['#share/g/x'] } }",
        "version: 1\nqueueDefaults: { subscriptions: [x] }",
        "version: 1\nclientProfiles: { a.b: {} }",
        "version: 1\nclientProfiles: { '#x': {} }",
        "version: 1\nclientProfiles: { '#x': { external: false } }",
        "version: 1\nclientProfiles: { '#x': { external: true, nope: 1 } }",
        "version: 1\nclientProfiles: { p: { tcpMaxWindowSize: 16 } }",
        "version: 1\nclientProfiles: { p: { external: 1 } }",
        "version: 1\nclientProfiles:\n  p:\n"
            + "    eventClientProvisionedEndpointSpoolUsageThreshold: {setValue: 1, clearValue: 1}",
        "version: 1\naclProfiles: { p: { publishTopicExceptions: ['!a'] } }",
        "version: 1\naclProfiles: { p: { publishTopicExceptions: [smf: a] } }",
        "version: 1\naclProfiles: { p: { publishTopicExceptions: [mqtt: a+] } }",
        "version: 1\naclProfiles: { p: { publishTopicExceptions: [mqtt: '#/a'] } }",
        "version: 1\naclProfiles: { p: { publishTopicExceptions: [{}] } }",
        "version: 1\naclProfiles: { p: { clientConnectExceptions: [10.0.0.0] } }",
        "version: 1\naclProfiles: { p: { clientConnectExceptions: [300.0.0.0/8] } }",
        "version: 1\naclProfiles: { p: { subscribeShareNameExceptions: [''] } }",
        "version: 1\nclientUsernames: { u: { password: secret } }",
        "version: 1\nclientUsernames: { u: { password: '${env:1}' } }",
        "version: 1\nclientUsernames: { u: { external: true } }",
        "version: 1\nclientUsernames: { '#DEAD_MSG_QUEUE': {} }",
        "version: 1\nroutes: [a]",
        "version: 1\nroutes: { '*': x }",
        "version: 1\nroutes: { 'a.*.b': x }",
        "version: 1\nroutes: { a..b: x }",
        "version: 1\nroutes: { a.b: 'x/{rest}' }",
        "version: 1\nroutes: { 'a.*': '{rest}' }",
        "version: 1\nroutes: { 'a.*': 'x/{account}' }",
        "version: 1\nroutes: { a: x/* }",
        "version: 1\nroutes: { a: x/> }",
        "version: 1\nroutes: { a: '#P2P/QUE/x' }",
        "version: 1\nroutes: { a: x//y }",
        "version: 1\nroutes: { a: }",
        "version: 1\nroutes: { a: {} }",
        "version: 1\nroutes: { a: { topic: x, order: all } }",
        "version: 1\nroutes: { a: { topic: 'x/{rest}' } }",
        "version: 1\nroutes: { a: { topic: x, ordered: topic } }",
        "version: 1\nmanages: { queue: [stripe.] }",
        "version: 1\nmanages: { queues: stripe. }",
        "version: 1\nmanages: { queues: [abc] }",
        "version: 1\nmanages: { queues: ['#abc'] }",
        "version: 1\nmanages: { queues: [default] }",
        "version: 1\nmanages: { queues: [defau] }",
        "version: 1\nmanages: { queues: ['stripe.*'] }",
        "version: 1\naccept: [a]",
        "version: 1\naccept: { Bad_Id: x }",
        "version: 1\naccept: { audit-only: '' }",
        "version: 1\naccept: { audit-only: }",
      })
  void refusesWhatTheReaderRefuses(String yaml) throws IOException {
    assertThat(Reading.problems(yaml + "\n")).isNotEmpty();
    assertThat(refusals(yaml)).isNotEmpty();
  }

  /// Typing mistakes. Most leave the file legal or break one value.
  @Test
  void neverRefusesWhatTheReaderAccepts() throws IOException {
    RandomGenerator random = Seed.random("TopologySchemaTest");
    String shipped = ShippedTopology.withOperator();
    int taken = 0;
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(shipped);
      for (int edit = random.nextInt(3); edit >= 0; edit--) {
        int at = random.nextInt(text.length());
        text.setCharAt(at, shipped.charAt(random.nextInt(shipped.length())));
      }
      String yaml = text.toString();
      if (Reading.problems(yaml).isEmpty()) {
        taken++;
        assertThat(refusals(yaml)).as(yaml).isEmpty();
      }
    }
    assertThat(taken).isPositive();
  }

  private static List<Error> refusals(String yaml) throws IOException {
    JsonNode tree = YAML.readTree(yaml);
    return SCHEMA.validate(tree);
  }
}
