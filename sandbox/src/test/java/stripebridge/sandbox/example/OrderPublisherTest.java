package stripebridge.sandbox.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.JCSMPStreamingPublishCorrelatingEventHandler;
import com.solacesystems.jcsmp.TextMessage;
import com.solacesystems.jcsmp.XMLMessageProducer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import stripebridge.sandbox.Fault;
import stripebridge.sandbox.PublishRefusal;
import stripebridge.sandbox.SandboxExtension;
import stripebridge.sandbox.SandboxVpn;

class OrderPublisherTest {
  @RegisterExtension private final SandboxExtension sandbox = new SandboxExtension();

  @Test
  void republishesARefusedOrder() throws Exception {
    // Script: a queue, and a broker that is full for one message.
    SandboxVpn vpn = sandbox.broker().vpn("default").createOpenQueue("orders", "shop/orders/>");
    sandbox.broker().inject(new Fault.RejectPublish(1, PublishRefusal.SPOOL_OVER_QUOTA));

    // Run: the code under test, here a few lines of Solace's own client library.
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, sandbox.broker().smfUri());
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    JCSMPSession session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    Answers answers = new Answers();
    XMLMessageProducer producer = session.getMessageProducer(answers);
    do {
      TextMessage order = JCSMPFactory.onlyInstance().createMessage(TextMessage.class);
      order.setText("two books");
      order.setDeliveryMode(DeliveryMode.PERSISTENT);
      order.setAckImmediately(true);
      order.setCorrelationKey("order 1");
      producer.send(order, JCSMPFactory.onlyInstance().createTopic("shop/orders/new"));
    } while (!answers.list.take().equals("acknowledged"));
    session.closeSession();

    // Verify: what reached the queue.
    assertEquals(1, vpn.queue("orders").depth());
    assertEquals("two books", vpn.queue("orders").recorded().getFirst().text());
  }

  private static final class Answers implements JCSMPStreamingPublishCorrelatingEventHandler {
    private final BlockingQueue<String> list = new LinkedBlockingQueue<>();

    @Override
    public void responseReceivedEx(Object key) {
      list.add("acknowledged");
    }

    @Override
    public void handleErrorEx(Object key, JCSMPException cause, long timestamp) {
      list.add("refused");
    }
  }
}
