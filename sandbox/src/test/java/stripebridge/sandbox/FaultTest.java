package stripebridge.sandbox;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.solacesystems.jcsmp.JCSMPErrorResponseSubcodeEx;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPTransportException;
import com.solacesystems.jcsmp.SessionEvent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stripebridge.sandbox.Client.Result;

@ParameterizedClass
@EnumSource(SmfTransport.class)
class FaultTest {
  private static final String ABOUT = "/SEMP/v2/config/about/api";

  private final Fixture sandbox;

  FaultTest(SmfTransport wire) {
    this.sandbox = new Fixture(wire);
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  @Test
  void refusesTheGivenNumberOfLogins() throws Exception {
    sandbox.broker().inject(new Fault.RefuseLogin(503, "Too Many Clients", 2));

    for (int i = 0; i < 2; i++) {
      assertThat(Fixture.subcodeOf(sandbox::connect))
          .isEqualTo(JCSMPErrorResponseSubcodeEx.TOO_MANY_CLIENTS);
    }
    sandbox.connect();
    assertThat(sandbox.vpn().clients()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(PublishRefusal.class)
  void rejectsTheGivenNumberOfMessages(PublishRefusal refusal) throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    sandbox.broker().inject(new Fault.RejectPublish(2, refusal));

    for (int i = 0; i < 2; i++) {
      client.send(Client.message("no"), Client.topic("t"));
      assertThat(client.result()).isEqualTo(new Result("no", refusal.subcode(), refusal.phrase()));
    }
    client.publish("t", "yes");
    assertThat(sandbox.queue("q").messages())
        .extracting(RecordedMessage::text)
        .containsExactly("yes");
  }

  @Test
  void stallsAcksUntilCleared() throws Exception {
    sandbox.openQueue("q", Map.of("maxMsgSize", 100), "t");
    Client client = sandbox.connect(it -> it.setProperty(JCSMPProperties.PUB_ACK_TIME, 60_000));
    client.producer();
    sandbox.broker().inject(new Fault.StallAcks());
    client.send(Client.message("one"), Client.topic("t"));
    String large = "x".repeat(200);
    client.send(Client.message(large), Client.topic("t"));
    client.send(Client.message("two"), Client.topic("t"));
    Fixture.await("two are stored", () -> sandbox.queue("q").depth() == 2);
    assertThat(client.results).isEmpty();

    sandbox.broker().clearFaults();

    assertThat(client.result()).isEqualTo(Result.acked("one"));
    assertThat(client.result().subcode()).isEqualTo(JCSMPErrorResponseSubcodeEx.MESSAGE_TOO_LARGE);
    assertThat(client.result()).isEqualTo(Result.acked("two"));
  }

  @Test
  void slowsAcks() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect(it -> it.setProperty(JCSMPProperties.PUB_ACK_TIME, 60_000));
    client.producer();
    sandbox.broker().inject(new Fault.SlowAcks(Duration.ofMillis(300)));
    long before = System.nanoTime();
    client.publish("t", "one");

    // Only a lower bound: how much later depends on the machine.
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(290));
  }

  @Test
  void dropsConnections() throws Exception {
    Client client = sandbox.connect();
    sandbox.broker().inject(new Fault.DropConnection(0));

    assertThat(Client.take(client.events)).isEqualTo(SessionEvent.RECONNECTING);
    assertThat(Client.take(client.events)).isEqualTo(SessionEvent.RECONNECTED);
  }

  @Test
  void acceptsNothingInAnOutage() throws Exception {
    sandbox.broker().inject(new Fault.Outage(Duration.ofHours(1)));
    assertThatThrownBy(sandbox::connect).isInstanceOf(JCSMPTransportException.class);

    sandbox.broker().clearFaults();
    sandbox.connect();
    assertThat(sandbox.vpn().clients()).hasSize(1);
  }

  @Test
  void endsAnOutageByItself() throws Exception {
    Client client = sandbox.connect();
    sandbox.broker().inject(new Fault.Outage(Duration.ofMillis(200)));
    assertThat(Client.take(client.events)).isEqualTo(SessionEvent.RECONNECTING);

    Fixture.await("it is back", () -> client.events.contains(SessionEvent.RECONNECTED));
    assertThat(sandbox.vpn().clients()).hasSize(1);
  }

  private int sempStatus() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest.Builder about =
          HttpRequest.newBuilder(URI.create(sandbox.broker().sempUri() + ABOUT));
      String credentials = Base64.getEncoder().encodeToString("admin:admin".getBytes(US_ASCII));
      HttpRequest request = about.header("Authorization", "Basic " + credentials).build();
      return http.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  @Test
  void failsTheGivenNumberOfSempRequests() throws Exception {
    sandbox.broker().inject(new Fault.FailSemp(503, 2));

    assertThat(sempStatus()).isEqualTo(503);
    assertThat(sempStatus()).isEqualTo(503);
    assertThat(sempStatus()).isEqualTo(200);
  }

  @Test
  void slowsSempUntilCleared() throws Exception {
    sandbox.broker().inject(new Fault.SlowSemp(Duration.ofMillis(300)));
    long before = System.nanoTime();
    assertThat(sempStatus()).isEqualTo(200);
    // Only a lower bound: how much later depends on the machine.
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(290));

    sandbox.broker().inject(new Fault.SlowSemp(Duration.ofHours(1)));
    sandbox.broker().clearFaults();
    assertThat(sempStatus()).isEqualTo(200);
  }

  @Test
  void dropsTheConnectionAfterSomeFrames() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect(it -> it.setProperty(JCSMPProperties.PUB_ACK_TIME, 60_000));
    client.producer();
    sandbox.broker().inject(new Fault.StallAcks());
    sandbox.broker().inject(new Fault.DropConnection(2));

    for (String text : List.of("m0", "m1", "m2", "m3")) {
      client.send(Client.message(text), Client.topic("t"));
    }

    assertThat(Client.take(client.events)).isEqualTo(SessionEvent.RECONNECTING);
    Fixture.await("all are stored", () -> sandbox.queue("q").depth() == 4);
    assertThat(sandbox.queue("q").recorded())
        .extracting(RecordedMessage::text)
        .containsExactly("m0", "m1", "m2", "m3");
  }

  @Test
  void refusesInvalidFaults() {
    assertThatThrownBy(() -> new Fault.RejectPublish(1, 999))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Fault.RefuseLogin(401, "Unauthorized", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Fault.DropConnection(-1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Fault.Outage(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Fault.FailSemp(99, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void canComeFromAnotherProcess() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create(sandbox.broker().sempUri() + "/sandbox/faults");
      HttpRequest inject =
          HttpRequest.newBuilder(uri)
              .header("Content-Type", "application/json")
              .POST(
                  BodyPublishers.ofString(
                      "{\"type\":\"rejectPublish\",\"times\":1,\"subcode\":30}"))
              .build();
      assertThat(http.send(inject, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      Client client = sandbox.connect();
      client.send(Client.message("no"), Client.topic("t"));
      assertThat(client.result().subcode()).isEqualTo(30);
      client.publish("t", "yes");

      HttpRequest recorded =
          HttpRequest.newBuilder(
                  URI.create(sandbox.broker().sempUri() + "/sandbox/recorded?queue=q"))
              .build();
      assertThat(http.send(recorded, BodyHandlers.ofString()).body())
          .contains("\"destination\":\"t\"");
    }
  }
}
