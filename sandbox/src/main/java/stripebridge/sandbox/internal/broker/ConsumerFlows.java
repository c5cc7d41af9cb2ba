package stripebridge.sandbox.internal.broker;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import stripebridge.sandbox.internal.broker.QueueSettings.Permission;
import stripebridge.sandbox.internal.smf.AssuredControl;
import stripebridge.sandbox.internal.smf.ControlFrame;
import stripebridge.sandbox.internal.smf.MalformedFrameException;
import stripebridge.sandbox.internal.smf.Response;

/// A client's consumer flows: bind, acks and unbind.
///
/// Thread-safe. The client's reading thread makes the requests, one after the other.
final class ConsumerFlows {
  private final Broker broker;
  private final ClientSession session;
  private final Map<Integer, ConsumerFlow> flows = new ConcurrentHashMap<>();

  ConsumerFlows(Broker broker, ClientSession session) {
    this.broker = broker;
    this.session = session;
  }

  void bind(Vpn vpn, int tag, AssuredControl control)
      throws MalformedFrameException, InterruptedException {
    BindRequest request = BindRequest.of(control);
    Response response = Response.OK;
    ClientProfile profile = session.profile();
    MessageQueue queue = null;
    if (control.has(AssuredControl.TOPIC_ENDPOINT)) {
      response = ErrorResponses.UNKNOWN_TOPIC_ENDPOINT;
    } else if (request.hasSelector()) {
      response = ErrorResponses.SELECTOR_UNSUPPORTED;
    } else if (!profile.mayReceiveGuaranteed() || flows.size() >= profile.consumerFlowsMax()) {
      response = ErrorResponses.NOT_PERMITTED;
    } else {
      queue = Endpoints.findOrCreateForBind(vpn, session, request, control).orElse(null);
      if (queue == null) {
        response = ErrorResponses.UNKNOWN_QUEUE;
      } else if (queue.isDurable() != request.isDurable()) {
        response = ErrorResponses.INVALID_DURABILITY;
      } else if (request.isBrowser() && queue.settings().isPartitioned()) {
        response = ErrorResponses.BROWSING_PARTITIONS;
      }
    }
    ConsumerFlow flow = null;
    if (response.isOk() && queue != null) {
      flow = new ConsumerFlow(broker.nextFlowId(), session, queue, request, broker.millis());
      Permission wanted = request.isBrowser() ? Permission.READ_ONLY : Permission.CONSUME;
      boolean isPermitted = session.permission(queue.settings()).allows(wanted);
      flows.put(flow.id(), flow);
      response = queue.bind(flow, isPermitted, request.lastReceived());
    }
    if (!response.isOk() || flow == null || queue == null) {
      if (flow != null) {
        flows.remove(flow.id());
      }
      if (queue != null && queue.binds() == 0) {
        Endpoints.afterUnbind(vpn, queue, false);
      }
      session.log("refused to bind to queue '" + request.queue() + "': " + response);
      session.answer(ControlFrame.answer(tag, response, control).toBytes());
      return;
    }
    session.answer(bindResponse(tag, control, request, flow));
    // Only now may it get messages: the bind response must come first.
    queue.handleAck(flow, request.lastReceived(), request.window(), List.of());
  }

  private byte[] bindResponse(
      int tag, AssuredControl control, BindRequest request, ConsumerFlow flow) {
    QueueSettings settings = flow.queue().settings();
    ControlFrame answer =
        ControlFrame.answer(tag, Response.OK, control)
            .u32(AssuredControl.FLOW_ID, flow.id())
            .text(AssuredControl.QUEUE_NAME, request.queue())
            .u8(AssuredControl.FLOW_TYPE, request.flowType() == 2 ? 2 : 1)
            .u8(AssuredControl.DURABILITY, request.isDurable() ? 1 : 2)
            .u8(AssuredControl.ACCESS, settings.exclusive() ? 1 : 2)
            .u32(
                AssuredControl.PERMISSION_GRANTED,
                Endpoints.permissionBits(session.permission(settings)))
            .u32(
                AssuredControl.PERMISSION_FOR_OTHERS,
                Endpoints.permissionBits(settings.permission()))
            .u32(AssuredControl.QUOTA, settings.quotaBytes() / QueueSettings.MEGABYTE)
            .u32(AssuredControl.MESSAGE_SIZE_MAX, settings.messageBytesMax())
            .u8(AssuredControl.RESPECT_TTL, settings.respectsTtl() ? 1 : 0)
            .u32(AssuredControl.DELIVERED_UNACKED_MAX, settings.deliveredUnackedMax())
            .u8(AssuredControl.WINDOW, request.window())
            .u64(AssuredControl.SPOOLER_ID, broker.spoolerId())
            .u16(AssuredControl.ENDPOINT_BEHAVIOUR, settings.countsDeliveries() ? 0x0800 : 0x0400);
    if (request.wantsFlowChanges()) {
      answer.u8(AssuredControl.FLOW_ACTIVE, flow.queue().isActive(flow) ? 1 : 0);
    }
    return answer.toBytes();
  }

  void unbind(Vpn vpn, int tag, AssuredControl control)
      throws MalformedFrameException, InterruptedException {
    int flowId = control.number32(AssuredControl.FLOW_ID, -1);
    ConsumerFlow flow = flows.remove(flowId);
    if (flow != null) {
      flow.queue().release(flow, false);
      Endpoints.afterUnbind(vpn, flow.queue(), false);
    }
    Response response = flow == null ? ErrorResponses.INVALID_FLOW : Response.OK;
    session.answer(
        ControlFrame.answer(tag, response, control).u32(AssuredControl.FLOW_ID, flowId).toBytes());
  }

  void handleAck(AssuredControl control) throws MalformedFrameException {
    ConsumerFlow flow = flows.get(control.number32(AssuredControl.FLOW_ID, -1));
    // A client may still acknowledge on a flow that has ended.
    if (flow != null) {
      long lastReceived = control.number(AssuredControl.LAST_ACKED, 0);
      int window = control.number32(AssuredControl.WINDOW, flow.window());
      flow.queue().handleAck(flow, lastReceived, window, control.ranges());
    }
  }

  /// Resumes delivery to a client that reads again.
  void dispatch() {
    flows.values().forEach(flow -> flow.queue().dispatch());
  }

  /// Forgets a flow that its queue has unbound.
  void forget(ConsumerFlow flow) {
    flows.remove(flow.id());
  }

  /// Ends all flows after the connection has ended.
  void release(Vpn vpn) {
    flows
        .values()
        .forEach(flow -> {
          flow.queue().release(flow, true);
          Endpoints.afterUnbind(vpn, flow.queue(), true);
        });
  }
}
