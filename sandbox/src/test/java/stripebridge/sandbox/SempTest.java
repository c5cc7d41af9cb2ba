package stripebridge.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.SessionEvent;
import com.solacesystems.jcsmp.XMLMessage.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// SEMP and the official client on the same sandbox: each sees what the other does.
class SempTest {

  private static final String CONFIG = "/SEMP/v2/config/msgVpns/default";
  private static final String MONITOR = "/SEMP/v2/monitor/msgVpns/default";
  private static final String ACTION = "/SEMP/v2/action/msgVpns/default";
  private static final String OPEN =
      "'ingressEnabled':true,'egressEnabled':true,'permission':'consume'";

  private final SandboxBroker broker =
      SandboxBroker.start(
          SandboxOptions.defaults()
              .withoutClient()
              .withSempUser(SandboxOptions.SempUser.ofVpn("default", "few", "rights"))
              .withSempUser(SandboxOptions.SempUser.reader("only", "looks"))
              .withSempToken("let-me-in"));
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    http.close();
    broker.close();
  }

  @Test
  void opensAClosedBrokerForAClient() throws Exception {
    provision();

    try (Client client = connect()) {
      client.publish("acme/orders/new", "one", "two");

      JsonNode queue = get(MONITOR + "/queues/orders");
      assertThat(queue.at("/collections/msgs/count").asInt()).isEqualTo(2);
      assertThat(queue.at("/data/spooledMsgCount").asInt()).isEqualTo(2);
      assertThat(queue.at("/data/msgSpoolUsage").asLong()).isPositive();
      assertThat(get(MONITOR + "/clients").path("data"))
          .extracting(one -> one.path("clientUsername").asText())
          .containsExactly("bridge");
    }
  }

  @Test
  void countsDeliveriesAndSettlements() throws Exception {
    provision();
    try (Client client = connect();
        Client.BoundConsumer consumer = client.consume("orders")) {
      client.publish("acme/orders/new", "one", "two");
      BytesXMLMessage first = consumer.next();
      BytesXMLMessage second = consumer.next();

      JsonNode bound = get(MONITOR + "/queues/orders");
      assertThat(bound.at("/data/txUnackedMsgCount").asInt()).isEqualTo(2);
      assertThat(bound.at("/data/bindSuccessCount").asInt()).isEqualTo(1);
      assertThat(bound.at("/collections/txFlows/count").asInt()).isEqualTo(1);
      JsonNode flow = get(MONITOR + "/queues/orders/txFlows").path("data").get(0);
      assertThat(flow.path("activityState").asText()).isEqualTo("active-consumer");
      assertThat(flow.path("unackedMsgCount").asInt()).isEqualTo(2);

      first.ackMessage();
      second.settle(Outcome.REJECTED);
      await(MONITOR + "/queues/dead", "/collections/msgs/count", 1);
      await(MONITOR + "/queues/orders", "/collections/msgs/count", 0);
    }
  }

  @Test
  void movesDeadMessagesBackByCopyAndDelete() throws Exception {
    provision();
    try (Client client = connect();
        Client.BoundConsumer consumer = client.consume("orders")) {
      client.publish("acme/orders/new", "one");
      consumer.next().settle(Outcome.REJECTED);
      await(MONITOR + "/queues/dead", "/collections/msgs/count", 1);
      JsonNode dead = get(MONITOR + "/queues/dead/msgs").path("data").get(0);

      send(
          "PUT",
          ACTION + "/queues/orders/copyMsgFromQueue",
          "{'sourceQueueName':'dead','replicationGroupMsgId':'%s'}"
              .formatted(dead.path("replicationGroupMsgId").asText()));
      send(
          "PUT",
          ACTION + "/queues/dead/msgs/%d/delete".formatted(dead.path("msgId").asLong()),
          "{}");

      assertThat(Client.text(consumer.next())).isEqualTo("one");
      assertThat(get(MONITOR + "/queues/dead").at("/collections/msgs/count").asInt()).isZero();
    }
  }

  @Test
  void emptiesAQueueAndClearsItsCounters() throws Exception {
    provision();
    try (Client client = connect()) {
      client.publish("acme/orders/new", "one", "two");

      send("PUT", ACTION + "/queues/orders/deleteMsgs", "{}");
      JsonNode emptied = get(MONITOR + "/queues/orders");
      send("PUT", ACTION + "/queues/orders/clearStats", "{}");
      JsonNode cleared = get(MONITOR + "/queues/orders");

      assertThat(emptied.at("/collections/msgs/count").asInt()).isZero();
      assertThat(emptied.at("/data/deletedMsgCount").asInt()).isEqualTo(2);
      assertThat(emptied.at("/data/msgSpoolUsage").asInt()).isZero();
      assertThat(cleared.at("/data/spooledMsgCount").asInt()).isZero();
    }
  }

  @Test
  void disconnectsAClient() throws Exception {
    provision();
    try (Client client = connect()) {
      String name = get(MONITOR + "/clients").path("data").get(0).path("clientName").asText();

      send("PUT", ACTION + "/clients/" + name.replace("/", "%2F") + "/disconnect", "{}");

      assertThat(Client.take(client.events)).isEqualTo(SessionEvent.RECONNECTING);
    }
  }

  @Test
  void takesFaultsFromOtherProcesses() throws Exception {
    provision();

    JsonNode injected =
        send("POST", "/sandbox/faults", "{'type':'rejectPublish','times':1,'subcode':30}");
    send("POST", "/sandbox/faults", "{'type':'stallAcks'}");

    assertThat(injected.toString())
        .isEqualTo("{\"type\":\"rejectPublish\",\"times\":1,\"subcode\":30}");
    assertThat(get("/sandbox/faults").path("faults")).hasSize(2);
    send("DELETE", "/sandbox/faults", "");
    try (Client client = connect()) {
      client.publish("acme/orders/new", "one");
    }
    assertThat(get("/sandbox/recorded?queue=orders").path("messages")).hasSize(1);
  }

  @Test
  void limitsUsersWithFewRights() throws Exception {
    assertThat(as("few:rights", "POST", CONFIG + "/queues", "{'queueName':'q'}").statusCode())
        .isEqualTo(200);
    assertThat(
            as("few:rights", "POST", CONFIG + "/clientProfiles", "{'clientProfileName':'p'}")
                .body())
        .contains("\"code\":72");
    assertThat(as("only:looks", "GET", CONFIG + "/queues/q", "").statusCode()).isEqualTo(200);
    assertThat(as("only:looks", "DELETE", CONFIG + "/queues/q", "").body()).contains("\"code\":72");
  }

  @Test
  void acceptsATokenForTheAdministrator() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(broker.sempUri() + CONFIG))
            .header("Authorization", "Bearer let-me-in")
            .build();

    assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(200);
    assertThat(broker.options().toString()).doesNotContain("let-me-in").doesNotContain("rights");
  }

  /// Creates everything that a bridge needs on a closed broker.
  private void provision() throws Exception {
    send(
        "POST",
        CONFIG + "/clientProfiles",
        "{'clientProfileName':'bridge','allowGuaranteedMsgSendEnabled':true,"
            + "'allowGuaranteedMsgReceiveEnabled':true}");
    send(
        "POST",
        CONFIG + "/aclProfiles",
        "{'aclProfileName':'bridge','clientConnectDefaultAction':'allow'}");
    send(
        "POST",
        CONFIG + "/aclProfiles/bridge/publishTopicExceptions",
        "{'publishTopicExceptionSyntax':'smf','publishTopicException':'acme/>'}");
    send(
        "POST",
        CONFIG + "/clientUsernames",
        "{'clientUsername':'bridge','password':'hush','clientProfileName':'bridge',"
            + "'aclProfileName':'bridge','enabled':true}");
    send("POST", CONFIG + "/queues", "{'queueName':'dead'," + OPEN + "}");
    send("POST", CONFIG + "/queues", "{'queueName':'orders','deadMsgQueue':'dead'," + OPEN + "}");
    send("POST", CONFIG + "/queues/orders/subscriptions", "{'subscriptionTopic':'acme/orders/>'}");
  }

  private Client connect() throws Exception {
    return Client.connect(
        broker.smfUri(),
        properties -> {
          properties.setProperty(JCSMPProperties.USERNAME, "bridge");
          properties.setProperty(JCSMPProperties.PASSWORD, "hush");
        });
  }

  /// Waits for a number in a response, because a client's action reaches the broker asynchronously.
  private void await(String path, String pointer, int wanted) throws Exception {
    long deadline = System.nanoTime() + 20_000_000_000L;
    JsonNode seen;
    do {
      seen = get(path).at(pointer);
      Thread.onSpinWait();
    } while (seen.asInt(-1) != wanted && System.nanoTime() < deadline);
    assertThat(seen.asInt(-1)).as(path + " " + pointer).isEqualTo(wanted);
  }

  private JsonNode get(String path) throws Exception {
    return send("GET", path, "");
  }

  private JsonNode send(String method, String path, String body) throws Exception {
    HttpResponse<String> response = as("admin:admin", method, path, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }

  /// @param body with single quotes in place of double ones
  private HttpResponse<String> as(String user, String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(broker.sempUri() + path))
            .header(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8)))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
