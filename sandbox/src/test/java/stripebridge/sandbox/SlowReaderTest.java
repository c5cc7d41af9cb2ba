package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.XMLMessageListener;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A client that does not read delays only itself.
class SlowReaderTest {
  private static final int MESSAGE_BYTES = 256 * 1024;
  private static final int MESSAGES = 100;

  private final Fixture sandbox = new Fixture(SmfTransport.TCP);
  private final PausableProxy tap;
  private final Client slow;

  SlowReaderTest() throws Exception {
    this.tap = new PausableProxy(sandbox.broker());
    this.slow = Client.connect(tap.uri());
  }

  @AfterEach
  void close() throws Exception {
    tap.close();
    slow.close();
    sandbox.close();
  }

  private static BytesMessage large(int number) {
    BytesMessage message = Client.message("");
    byte[] data = new byte[MESSAGE_BYTES];
    data[0] = (byte) number;
    message.setData(data);
    message.setCorrelationKey(number);
    return message;
  }

  @Test
  void getsNoMoreThanTheLimitAndTheRestLater() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    sandbox.openQueue("other", Map.of(), "t");
    Client.BoundConsumer reader = slow.consume("q");
    tap.shut();

    Client publisher = sandbox.connect();
    for (int i = 0; i < MESSAGES; i++) {
      publisher.send(large(i), Client.topic("t"));
      assertThat(publisher.result()).isEqualTo(Client.Result.acked(i));
    }

    assertThat(sandbox.queue("q").depth()).isEqualTo(MESSAGES);
    // 25 MB are waiting. Only one limit's worth has left the queue, plus what the sockets hold and
    // the message that was begun.
    assertThat(sandbox.queue("q").unacknowledged()).isLessThan(MESSAGES / 2);
    try (Client.BoundConsumer other = publisher.consume("other")) {
      for (int i = 0; i < MESSAGES; i++) {
        BytesXMLMessage message = other.next();
        assertThat(((BytesMessage) message).getData()[0]).isEqualTo((byte) i);
        message.ackMessage();
      }
    }

    tap.open();
    for (int i = 0; i < MESSAGES; i++) {
      BytesXMLMessage message = reader.next();
      assertThat(((BytesMessage) message).getData()[0]).isEqualTo((byte) i);
      assertThat(message.getRedelivered()).isFalse();
      message.ackMessage();
    }
    Fixture.await("all are consumed", () -> sandbox.queue("q").depth() == 0);
  }

  @Test
  void missesDirectMessagesAndLearnsOfIt() throws Exception {
    LinkedBlockingQueue<BytesXMLMessage> received = new LinkedBlockingQueue<>();
    slow.session
        .getMessageConsumer(
            new XMLMessageListener() {
              @Override
              public void onReceive(BytesXMLMessage message) {
                received.add(message);
              }

              @Override
              public void onException(JCSMPException e) {}
            })
        .start();
    slow.session.addSubscription(JCSMPFactory.onlyInstance().createTopic("t"), true);
    tap.shut();

    Client publisher = sandbox.connect();
    for (int i = 0; i < MESSAGES; i++) {
      BytesMessage message = large(i);
      message.setDeliveryMode(DeliveryMode.DIRECT);
      publisher.send(message, Client.topic("t"));
    }
    // This message follows the direct ones, so those have all been sent or dropped.
    publisher.publish("nobody", "end");
    tap.open();

    // The reader catches up before more arrives. Then there is room, and the discard indication.
    int got = 0;
    boolean isTold = false;
    while (!isTold) {
      BytesMessage more = large(MESSAGES);
      more.setDeliveryMode(DeliveryMode.DIRECT);
      publisher.send(more, Client.topic("t"));
      BytesXMLMessage message = Client.take(received);
      isTold = message.getDiscardIndication();
      got += isTold ? 0 : 1;
    }
    assertThat(got).isLessThan(2 * MESSAGES);
  }
}
