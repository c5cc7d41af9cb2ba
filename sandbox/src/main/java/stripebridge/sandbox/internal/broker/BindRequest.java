package stripebridge.sandbox.internal.broker;

import stripebridge.sandbox.internal.smf.AssuredControl;
import stripebridge.sandbox.internal.smf.MalformedFrameException;

/// A client's request to bind to a queue.
///
/// @param window how many messages the client can take at first
/// @param lastReceived the highest wire id of the earlier flow that this one continues, or 0
/// @param wantsFlowChanges whether the client wants active flow indications
record BindRequest(
    String queue,
    boolean isDurable,
    boolean isBrowser,
    int flowType,
    int window,
    long lastReceived,
    boolean wantsFlowChanges,
    boolean hasSelector) {

  private static final int BROWSER = 2;
  private static final int NON_DURABLE = 2;

  static BindRequest of(AssuredControl control) throws MalformedFrameException {
    int flowType = control.number32(AssuredControl.FLOW_TYPE, 1);
    return new BindRequest(
        control.text(AssuredControl.QUEUE_NAME).orElse(""),
        control.number32(AssuredControl.DURABILITY, 1) != NON_DURABLE,
        flowType == BROWSER,
        flowType,
        control.number32(AssuredControl.WINDOW, 0),
        control.number(AssuredControl.LAST_RECEIVED, 0),
        control.number32(AssuredControl.WANTS_FLOW_CHANGES, 0) != 0,
        !control.text(AssuredControl.SELECTOR).orElse("").isEmpty());
  }
}
