package stripebridge.sandbox.internal.broker;

import java.util.UUID;
import stripebridge.sandbox.internal.smf.AssuredControl;
import stripebridge.sandbox.internal.smf.MalformedFrameException;

/// How publisher flows come and go.
final class PublisherFlows {
  /// The broker forgets the flow of a client that has not come back for so long (documented).
  private static final long LIFE_MILLIS = 3 * 60 * 1000L;

  /// Flows without a client that are remembered at one time.
  private static final int MAX = 10_000;

  private PublisherFlows() {}

  /// The flow that a client asks to open: the one it names, or a new one.
  static PublisherFlow find(Vpn vpn, AssuredControl request) throws MalformedFrameException {
    var name = request.text(AssuredControl.FLOW_NAME).orElse("");
    var known = name.isEmpty() ? null : vpn.publisherFlows().get(name);
    if (known != null) {
      return known;
    }
    // A client that names a flow which is forgotten sends again what it knows of no ack for.
    var newName = name.isEmpty() ? "p" + UUID.randomUUID() : name;
    long lastAcked = name.isEmpty() ? 0 : request.number(AssuredControl.LAST_ACKED, 0);
    var flow = new PublisherFlow(newName, vpn.broker().nextPublisherId(), vpn, lastAcked);
    vpn.publisherFlows().put(newName, flow);
    return flow;
  }

  /// A connection has ended: its flow waits for the client to come back, for a time.
  static void leave(Vpn vpn, PublisherFlow flow, ClientSession session) {
    long owners = flow.leave(session);
    if (owners < 0) {
      return;
    }
    if (vpn.publisherFlows().size() > MAX) {
      vpn.publisherFlows().remove(flow.name(), flow);
      return;
    }
    var _ =
        vpn.schedule(
            LIFE_MILLIS,
            () -> {
              if (flow.isStillLeft(owners)) {
                vpn.publisherFlows().remove(flow.name(), flow);
              }
            });
  }
}
