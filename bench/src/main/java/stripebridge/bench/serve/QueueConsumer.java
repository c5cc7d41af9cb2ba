package stripebridge.bench.serve;

import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import stripebridge.sandbox.SandboxBroker;

/// Consumes a queue with the official client.
final class QueueConsumer implements AutoCloseable {
  private static final int NOTHING_MILLIS = 500;

  private final JCSMPSession session;
  private final FlowReceiver flow;

  QueueConsumer(SandboxBroker broker, String queue) throws JCSMPException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, broker.smfUri());
    properties.setProperty(JCSMPProperties.VPN_NAME, "default");
    properties.setProperty(JCSMPProperties.USERNAME, "default");
    properties.setProperty(JCSMPProperties.PASSWORD, "default");
    session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    ConsumerFlowProperties bound = new ConsumerFlowProperties();
    bound.setEndpoint(JCSMPFactory.onlyInstance().createQueue(queue));
    bound.setAckMode(JCSMPProperties.SUPPORTED_MESSAGE_ACK_CLIENT);
    flow = session.createFlow(null, bound);
    flow.start();
  }

  /// Consumes messages until none arrives for half a second; returns their number.
  static long of(SandboxBroker broker, String queue) throws JCSMPException {
    long count = 0;
    try (QueueConsumer consumer = new QueueConsumer(broker, queue)) {
      while (consumer.take()) {
        count++;
      }
    }
    return count;
  }

  boolean take() throws JCSMPException {
    BytesXMLMessage message = flow.receive(NOTHING_MILLIS);
    if (message == null) {
      return false;
    }
    message.ackMessage();
    return true;
  }

  @Override
  public void close() {
    session.closeSession();
  }
}
