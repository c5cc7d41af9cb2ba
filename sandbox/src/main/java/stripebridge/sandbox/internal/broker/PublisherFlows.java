package stripebridge.sandbox.internal.broker;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import stripebridge.sandbox.internal.smf.AssuredControl;
import stripebridge.sandbox.internal.smf.ControlFrame;
import stripebridge.sandbox.internal.smf.Frame;
import stripebridge.sandbox.internal.smf.MalformedFrameException;
import stripebridge.sandbox.internal.smf.Response;

/// A client's publisher flows: open, publish and close.
///
/// Thread-safe. The client's reading thread makes the requests, one after the other.
final class PublisherFlows {
  /// How long the broker remembers the flow of a client that does not come back (documented).
  private static final long LIFE_MILLIS = 3 * 60 * 1000L;

  /// How many flows without a client are remembered.
  private static final int MAX = 10_000;

  private final Broker broker;
  private final ClientSession session;
  private final Map<Integer, PublisherFlow> flows = new ConcurrentHashMap<>();

  PublisherFlows(Broker broker, ClientSession session) {
    this.broker = broker;
    this.session = session;
  }

  void open(Vpn vpn, int tag, AssuredControl control)
      throws MalformedFrameException, InterruptedException {
    ClientProfile profile = session.profile();
    if (!profile.maySendGuaranteed() || flows.size() >= profile.publisherFlowsMax()) {
      session.answer(ControlFrame.answer(tag, ErrorResponses.NOT_PERMITTED, control).toBytes());
      return;
    }
    PublisherFlow flow = find(vpn, control);
    int flowId = broker.nextFlowId();
    int window = Math.clamp(control.number(AssuredControl.WINDOW, 1), 1, 255);
    flows.put(flowId, flow);
    ControlFrame answer = flow.open(session, tag, flowId, window, control.version());
    if (session.isClosing()) {
      detach(vpn, flow);
    }
    session.answer(answer.toBytes());
  }

  /// Finds the flow that a client names, or creates one.
  private static PublisherFlow find(Vpn vpn, AssuredControl request)
      throws MalformedFrameException {
    String name = request.text(AssuredControl.FLOW_NAME).orElse("");
    PublisherFlow known = name.isEmpty() ? null : vpn.publisherFlows().get(name);
    if (known != null) {
      return known;
    }
    // A client that names a forgotten flow sends its unacknowledged messages again.
    String newName = name.isEmpty() ? "p" + UUID.randomUUID() : name;
    long lastAcked = name.isEmpty() ? 0 : request.number(AssuredControl.LAST_ACKED, 0);
    PublisherFlow flow = new PublisherFlow(newName, vpn.broker().nextPublisherId(), vpn, lastAcked);
    vpn.publisherFlows().put(newName, flow);
    return flow;
  }

  /// Publishes a message on its flow. Without such a flow it is dropped.
  void publish(Frame frame) throws MalformedFrameException {
    PublisherFlow flow = flows.get(frame.flowId());
    if (flow != null) {
      flow.publish(session, frame);
    }
  }

  void close(Vpn vpn, int tag, AssuredControl control)
      throws MalformedFrameException, InterruptedException {
    int flowId = control.number32(AssuredControl.FLOW_ID, -1);
    PublisherFlow flow = flows.remove(flowId);
    if (flow != null && flow.detach(session) >= 0) {
      vpn.publisherFlows().remove(flow.name(), flow);
    }
    Response response = flow == null ? ErrorResponses.INVALID_FLOW : Response.OK;
    ControlFrame answer = ControlFrame.answer(tag, response, control);
    session.answer(answer.u32(AssuredControl.FLOW_ID, flowId).toBytes());
  }

  /// Detaches all flows after the connection has ended.
  void release(Vpn vpn) {
    flows.values().forEach(flow -> detach(vpn, flow));
  }

  /// Detaches a flow and keeps it for a while, in case its client comes back.
  private void detach(Vpn vpn, PublisherFlow flow) {
    long owners = flow.detach(session);
    if (owners < 0) {
      return;
    }
    if (vpn.publisherFlows().size() > MAX) {
      vpn.publisherFlows().remove(flow.name(), flow);
      return;
    }
    Future<?> _ =
        vpn.schedule(
            LIFE_MILLIS,
            () -> {
              if (flow.isDetachedSince(owners)) {
                vpn.publisherFlows().remove(flow.name(), flow);
              }
            });
  }
}
