package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.Browser;
import com.solacesystems.jcsmp.BrowserProperties;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.EndpointProperties;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.Queue;
import com.solacesystems.jcsmp.SessionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import stripebridge.sandbox.Client.Result;

/// The client and the sandbox after a lost connection: nothing is lost, and nothing arrives twice
/// unless the broker's rules allow it.
@ParameterizedClass
@EnumSource(SmfTransport.class)
class ReconnectTest {
  private final Fixture sandbox;

  ReconnectTest(SmfTransport wire) {
    this.sandbox = new Fixture(wire);
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  private Client connect() throws Exception {
    return sandbox.connect(it -> {
      it.setProperty(JCSMPProperties.CLIENT_NAME, "bridge");
      // Only a reconnect makes the client send again.
      it.setProperty(JCSMPProperties.PUB_ACK_TIME, 60_000);
    });
  }

  private List<String> storedIn(String queue) {
    return sandbox.queue(queue).messages().stream().map(RecordedMessage::text).toList();
  }

  private static void awaitReconnect(Client client) throws InterruptedException {
    SessionEvent event;
    do {
      event = Client.take(client.events);
    } while (event != SessionEvent.RECONNECTED);
  }

  private static List<String> texts(int from, int to) {
    ArrayList<String> texts = new ArrayList<>();
    for (int i = from; i < to; i++) {
      texts.add("m" + i);
    }
    return texts;
  }

  @Test
  void acknowledgesStoredMessagesWhoseAcksWereLost() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = connect();
    client.publish("t", "m0", "m1");
    sandbox.broker().inject(new Fault.StallAcks());
    for (String text : texts(2, 8)) {
      client.send(Client.message(text), Client.topic("t"));
    }
    Fixture.await("all are stored", () -> sandbox.queue("q").depth() == 8);

    sandbox.broker().inject(new Fault.DropConnection(0));
    awaitReconnect(client);

    for (String text : texts(2, 8)) {
      assertThat(client.result()).isEqualTo(Result.acked(text));
    }
    sandbox.broker().clearFaults();
    client.publish("t", "m8");
    assertThat(storedIn("q")).containsExactlyElementsOf(texts(0, 9));
  }

  @Test
  void storesMessagesThatWereLostOnTheWay() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = connect();
    client.publish("t", "m0");
    sandbox.broker().inject(new Fault.StallAcks());
    sandbox.broker().inject(new Fault.DropConnection(3));
    for (String text : texts(1, 8)) {
      client.send(Client.message(text), Client.topic("t"));
    }
    awaitReconnect(client);
    sandbox.broker().clearFaults();

    for (String text : texts(1, 8)) {
      assertThat(client.result()).isEqualTo(Result.acked(text));
    }
    assertThat(storedIn("q")).containsExactlyElementsOf(texts(0, 8));
    assertThat(sandbox.queue("q").recorded()).hasSize(8);
  }

  @Test
  void storesARepeatedMessageOnce() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect(it -> it.setProperty(JCSMPProperties.PUB_ACK_TIME, 20));
    client.producer();
    sandbox.broker().inject(new Fault.StallAcks());
    client.send(Client.message("m0"), Client.topic("t"));
    // The client's own timer makes it resend.
    Fixture.await(
        "it was sent again",
        () -> sandbox.vpn().receivedMessages(sandbox.vpn().clients().getFirst()) > 3);
    sandbox.broker().clearFaults();

    assertThat(client.result()).isEqualTo(Result.acked("m0"));
    assertThat(storedIn("q")).containsExactly("m0");
  }

  @Test
  void deliversMessagesSentDuringAnOutage() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = connect();
    Client.BoundConsumer consumer = client.consume("q");
    client.publish("t", "m0");
    assertThat(consumer.nextTexts(1)).containsExactly("m0");
    sandbox.broker().inject(new Fault.Outage(Duration.ofHours(1)));
    Thread sender =
        Thread.startVirtualThread(() -> {
          try {
            for (String text : texts(1, 4)) {
              client.send(Client.message(text), Client.topic("t"));
            }
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    assertThat(Client.take(client.events)).isEqualTo(SessionEvent.RECONNECTING);
    sandbox.broker().clearFaults();
    awaitReconnect(client);
    sender.join();

    for (String text : texts(0, 4)) {
      if (!text.equals("m0")) {
        assertThat(client.result()).isEqualTo(Result.acked(text));
      }
    }
    assertThat(consumer.nextTexts(3)).containsExactlyElementsOf(texts(1, 4));
    assertThat(consumer.received).isEmpty();
  }

  @Test
  void continuesWithAnEmptyReplacementBroker() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = connect();
    Client.BoundConsumer consumer = client.consume("q");
    client.publish("t", "m0", "m1", "m2");
    for (int i = 0; i < 3; i++) {
      consumer.next().ackMessage();
    }
    sandbox.replaceBroker();
    // The client is back before the queue and retries until it exists.
    sandbox.openQueue("q", Map.of(), "t");
    awaitReconnect(client);
    Fixture.await("it is bound", () -> sandbox.queue("q").binds() == 1);

    client.publish("t", "m3", "m4");

    assertThat(consumer.nextTexts(2)).containsExactly("m3", "m4");
  }

  @Test
  void letsAConsumerSettleAfterALostConnection() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = connect();
    Client.BoundConsumer consumer = client.consume("q");
    client.publish("t", "m0", "m1", "m2");
    ArrayList<BytesXMLMessage> unacked = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      unacked.add(consumer.next());
    }
    sandbox.broker().inject(new Fault.DropConnection(0));
    awaitReconnect(client);
    Fixture.await("they are delivered again", () -> sandbox.queue("q").unacknowledged() == 3);

    for (BytesXMLMessage message : unacked) {
      message.ackMessage();
    }
    Fixture.await("all are consumed", () -> sandbox.queue("q").depth() == 0);
    client.publish("t", "m3");
    assertThat(consumer.nextTexts(1)).containsExactly("m3");
    assertThat(sandbox.queue("q").counter("redeliveredMsgCount")).isZero();
  }

  @Test
  void redeliversALostConsumersMessagesToAnother() throws Exception {
    sandbox.openQueue("q", Map.of("accessType", "non-exclusive"), "t");
    Client first = connect();
    Client.BoundConsumer lost = first.consume("q");
    first.publish("t", "m0", "m1");
    lost.nextTexts(2);
    Client second = sandbox.connect();
    Client.BoundConsumer other = second.consume("q");

    first.close();

    for (String text : texts(0, 2)) {
      BytesXMLMessage message = other.next();
      assertThat(Client.text(message)).isEqualTo(text);
      assertThat(message.getRedelivered()).isTrue();
      message.ackMessage();
    }
    Fixture.await("all are consumed", () -> sandbox.queue("q").depth() == 0);
  }

  @Test
  void losesNothingToManyDropsInARow() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = connect();
    Client.BoundConsumer consumer = client.consume("q");
    int rounds = 10;
    for (int round = 0; round < rounds; round++) {
      sandbox.broker().inject(new Fault.DropConnection(round + 1));
      for (String text : texts(round * 10, round * 10 + 10)) {
        client.send(Client.message(text), Client.topic("t"));
      }
      for (String text : texts(round * 10, round * 10 + 10)) {
        assertThat(client.result()).isEqualTo(Result.acked(text));
      }
    }
    assertThat(sandbox.queue("q").recorded())
        .extracting(RecordedMessage::text)
        .containsExactlyElementsOf(texts(0, rounds * 10));
    LinkedHashSet<String> seen = new LinkedHashSet<>();
    while (seen.size() < rounds * 10) {
      BytesXMLMessage message = consumer.next();
      assertThat(seen.add(Client.text(message)) || message.getRedelivered()).isTrue();
      message.ackMessage();
    }
    assertThat(seen).containsExactlyElementsOf(texts(0, rounds * 10));
    Fixture.await("all are consumed", () -> sandbox.queue("q").depth() == 0);
  }

  @Test
  void keepsATemporaryQueueForAWhile() throws Exception {
    Client client = connect();
    Queue queue = client.session.createTemporaryQueue();
    Client.BoundConsumer consumer = client.bind(queue, _ -> {}, new EndpointProperties());
    consumer.flow.start();
    client.send(Client.message("m0"), queue);
    client.result();
    consumer.next();
    sandbox.broker().inject(new Fault.DropConnection(0));
    awaitReconnect(client);

    client.send(Client.message("m1"), queue);
    client.result();
    assertThat(consumer.nextTexts(1)).containsExactly("m1");
    assertThat(sandbox.queue(queue.getName()).depth()).isEqualTo(2);
  }

  @Test
  void continuesBrowsingAfterALostConnection() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = connect();
    client.publish("t", "m0", "m1");
    BrowserProperties properties = new BrowserProperties();
    properties.setEndpoint(Client.queue("q"));
    properties.setWaitTimeout(20_000);
    Browser browser = client.session.createBrowser(properties);
    assertThat(Client.text(Objects.requireNonNull(browser.getNext()))).isEqualTo("m0");
    assertThat(Client.text(Objects.requireNonNull(browser.getNext()))).isEqualTo("m1");
    sandbox.broker().inject(new Fault.DropConnection(0));
    awaitReconnect(client);
    client.publish("t", "m2");

    assertThat(Client.text(Objects.requireNonNull(browser.getNext()))).isEqualTo("m2");
    browser.close();
  }
}
