package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.JCSMPErrorResponseSubcodeEx;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.Requestor;
import com.solacesystems.jcsmp.TextMessage;
import com.solacesystems.jcsmp.XMLMessageConsumer;
import com.solacesystems.jcsmp.XMLMessageListener;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(SmfTransport.class)
class DirectTest {
  private final Fixture sandbox;

  DirectTest(SmfTransport wire) {
    this.sandbox = new Fixture(wire);
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  private static BlockingQueue<BytesXMLMessage> receive(Client client) throws Exception {
    LinkedBlockingQueue<BytesXMLMessage> received = new LinkedBlockingQueue<>();
    XMLMessageConsumer consumer =
        client.session.getMessageConsumer(
            new XMLMessageListener() {
              @Override
              public void onReceive(BytesXMLMessage message) {
                received.add(message);
              }

              @Override
              public void onException(JCSMPException e) {}
            });
    consumer.start();
    return received;
  }

  private static void subscribe(Client client, String topic) throws Exception {
    client.session.addSubscription(JCSMPFactory.onlyInstance().createTopic(topic), true);
  }

  private static BytesMessage direct(String text) {
    BytesMessage message = Client.message(text);
    message.setDeliveryMode(DeliveryMode.DIRECT);
    return message;
  }

  @Test
  void reachesSubscribers() throws Exception {
    Client client = sandbox.connect();
    BlockingQueue<BytesXMLMessage> received = receive(client);
    subscribe(client, "a/*/c");
    subscribe(client, "x/>");
    subscribe(client, "pre*/z");
    for (String topic : new String[] {"a/b/c", "a/b/d", "x", "x/y", "x/y/z", "prefix/z", "pr/z"}) {
      client.send(direct(topic), Client.topic(topic));
    }
    client.send(direct("x/end"), Client.topic("x/end"));

    for (String topic : new String[] {"a/b/c", "x/y", "x/y/z", "prefix/z", "x/end"}) {
      assertThat(Client.text(Client.take(received))).isEqualTo(topic);
    }
  }

  @Test
  void stopsWithTheSubscription() throws Exception {
    Client client = sandbox.connect();
    BlockingQueue<BytesXMLMessage> received = receive(client);
    subscribe(client, "a");
    subscribe(client, "b");
    client.session.removeSubscription(JCSMPFactory.onlyInstance().createTopic("a"), true);
    client.send(direct("a"), Client.topic("a"));
    client.send(direct("b"), Client.topic("b"));

    assertThat(Client.text(Client.take(received))).isEqualTo("b");
  }

  @Test
  void arrivesOnceForTwoMatchingSubscriptions() throws Exception {
    Client client = sandbox.connect();
    BlockingQueue<BytesXMLMessage> received = receive(client);
    subscribe(client, "a/>");
    subscribe(client, "a/b");
    client.send(direct("one"), Client.topic("a/b"));
    client.send(direct("two"), Client.topic("a/b"));

    assertThat(Client.text(Client.take(received))).isEqualTo("one");
    assertThat(Client.text(Client.take(received))).isEqualTo("two");
  }

  @Test
  void isHowADirectSubscriberGetsAGuaranteedMessage() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    BlockingQueue<BytesXMLMessage> received = receive(client);
    subscribe(client, "t");
    client.publish("t", "both");

    BytesXMLMessage message = Client.take(received);
    assertThat(Client.text(message)).isEqualTo("both");
    assertThat(message.getDeliveryMode()).isEqualTo(DeliveryMode.DIRECT);
    assertThat(sandbox.queue("q").depth()).isEqualTo(1);
  }

  @Test
  void isSpooledByASubscribedQueue() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    client.send(direct("kept"), Client.topic("t"));
    try (Client.BoundConsumer consumer = client.consume("q")) {
      BytesXMLMessage message = consumer.next();
      assertThat(Client.text(message)).isEqualTo("kept");
      assertThat(message.getDeliveryMode()).isEqualTo(DeliveryMode.NON_PERSISTENT);
      message.ackMessage();
      Fixture.await("it is consumed", () -> sandbox.queue("q").depth() == 0);
    }
  }

  @Test
  void checksTheAclForSubscriptions() throws Exception {
    sandbox.vpn().updateAclProfile("default", Map.of("subscribeTopicDefaultAction", "disallow"));
    sandbox.vpn().addSubscribeException("default", "open/>");
    Client client = sandbox.connect();

    assertThat(Fixture.subcodeOf(() -> subscribe(client, "closed/a")))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.SUBSCRIPTION_ACL_DENIED);
    assertThat(Fixture.subcodeOf(() -> subscribe(client, ">")))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.SUBSCRIPTION_ACL_DENIED);
    subscribe(client, "open/a/*");
  }

  @Test
  void refusesADuplicateSubscription() throws Exception {
    Client client = sandbox.connect();
    subscribe(client, "a");

    assertThat(Fixture.subcodeOf(() -> subscribe(client, "a")))
        .isEqualTo(JCSMPErrorResponseSubcodeEx.SUBSCRIPTION_ALREADY_PRESENT);
  }

  @Test
  void carriesRequestsAndReplies() throws Exception {
    Client server = sandbox.connect();
    server.producer();
    XMLMessageConsumer consumer =
        server.session.getMessageConsumer(
            new XMLMessageListener() {
              @Override
              public void onReceive(BytesXMLMessage request) {
                TextMessage reply = JCSMPFactory.onlyInstance().createMessage(TextMessage.class);
                reply.setText("re: " + ((TextMessage) request).getText());
                try {
                  server.producer().sendReply(request, reply);
                } catch (JCSMPException e) {
                  throw new AssertionError(e);
                }
              }

              @Override
              public void onException(JCSMPException e) {}
            });
    consumer.start();
    subscribe(server, "service");
    Client client = sandbox.connect();
    client.producer();
    receive(client);
    Requestor requestor = client.session.createRequestor();
    TextMessage request = JCSMPFactory.onlyInstance().createMessage(TextMessage.class);
    request.setText("hello");

    BytesXMLMessage reply =
        requestor.request(request, 20_000, JCSMPFactory.onlyInstance().createTopic("service"));

    assertThat(((TextMessage) reply).getText()).isEqualTo("re: hello");
  }
}
