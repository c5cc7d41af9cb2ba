package stripebridge.acceptance.readme;

import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.ConsumerFlowProperties;
import com.solacesystems.jcsmp.FlowReceiver;
import com.solacesystems.jcsmp.JCSMPException;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.JCSMPProperties;
import com.solacesystems.jcsmp.JCSMPSession;
import com.solacesystems.jcsmp.XMLMessage.Outcome;
import java.util.Map;

/// Plays the reader's own consumer, which rejects messages.
final class Rejection {
  private static final int MILLIS_MAX = 60_000;

  private Rejection() {}

  /// Receives messages from a queue, and rejects them.
  ///
  /// @param environment says where the broker is
  static void of(Map<String, String> environment, String queue, int count) throws JCSMPException {
    JCSMPProperties properties = new JCSMPProperties();
    properties.setProperty(JCSMPProperties.HOST, environment.get("SOLACE_HOST"));
    properties.setProperty(JCSMPProperties.VPN_NAME, environment.get("SOLACE_VPN"));
    properties.setProperty(JCSMPProperties.USERNAME, environment.get("SOLACE_USERNAME"));
    properties.setProperty(JCSMPProperties.PASSWORD, environment.get("SOLACE_PASSWORD"));
    JCSMPSession session = JCSMPFactory.onlyInstance().createSession(properties);
    session.connect();
    try {
      ConsumerFlowProperties flow = new ConsumerFlowProperties();
      flow.setEndpoint(JCSMPFactory.onlyInstance().createQueue(queue));
      flow.setAckMode(JCSMPProperties.SUPPORTED_MESSAGE_ACK_CLIENT);
      flow.addRequiredSettlementOutcomes(Outcome.REJECTED);
      FlowReceiver receiver = session.createFlow(null, flow, null, null);
      receiver.start();
      for (int i = 0; i < count; i++) {
        BytesXMLMessage message = receiver.receive(MILLIS_MAX);
        if (message == null) {
          throw new AssertionError("no message to reject on " + queue);
        }
        message.settle(Outcome.REJECTED);
      }
      receiver.close();
    } finally {
      session.closeSession();
    }
  }
}
