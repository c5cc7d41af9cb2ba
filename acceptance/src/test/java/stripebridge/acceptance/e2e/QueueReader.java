package stripebridge.acceptance.e2e;

import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Consumes from queues with Solace's own client, as the user of the bridge.
final class QueueReader implements AutoCloseable {
  private static final int NOTHING_MILLIS = 200;

  private final JCSMPSession session;
  private final Map<String, FlowReceiver> flows = new HashMap<>();

  private QueueReader(JCSMPSession session) {
    this.session = session;
  }

  static QueueReader connect(Map<String, String> broker) throws JCSMPException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, broker.get("SOLACE_HOST"));
    properties.setProperty(JCSMPProperties.VPN_NAME, broker.get("SOLACE_VPN"));
    properties.setProperty(JCSMPProperties.USERNAME, broker.get("SOLACE_USERNAME"));
    properties.setProperty(JCSMPProperties.PASSWORD, broker.get("SOLACE_PASSWORD"));
    JCSMPSession session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    return new QueueReader(session);
  }

  /// The application message id of the next message, which is acknowledged.
  String take(String queue, Duration max) throws JCSMPException {
    BytesXMLMessage message = flow(queue).receive((int) max.toMillis());
    if (message == null) {
      throw new AssertionError("nothing came to " + queue + " within " + max);
    }
    message.ackMessage();
    return Objects.requireNonNull(message.getApplicationMessageId());
  }

  boolean isEmpty(List<String> queues) throws JCSMPException {
    for (String queue : queues) {
      if (flow(queue).receive(NOTHING_MILLIS) != null) {
        return false;
      }
    }
    return true;
  }

  private FlowReceiver flow(String queue) throws JCSMPException {
    FlowReceiver flow = flows.get(queue);
    if (flow == null) {
      ConsumerFlowProperties properties = new ConsumerFlowProperties();
      properties.setEndpoint(JCSMPFactory.onlyInstance().createQueue(queue));
      properties.setAckMode(JCSMPProperties.SUPPORTED_MESSAGE_ACK_CLIENT);
      flow = session.createFlow(null, properties);
      flow.start();
      flows.put(queue, flow);
    }
    return flow;
  }

  @Override
  public void close() {
    session.closeSession();
  }
}
