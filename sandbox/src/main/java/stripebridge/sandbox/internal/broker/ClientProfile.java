package stripebridge.sandbox.internal.broker;

import stripebridge.sandbox.internal.model.Attributes;

/// What a client profile allows.
record ClientProfile(
    boolean maySendGuaranteed,
    boolean mayReceiveGuaranteed,
    boolean mayCreateDurable,
    boolean mayCreateTemporary,
    boolean rejectsWithoutMatch,
    long connectionsMax,
    long consumerFlowsMax,
    long publisherFlowsMax,
    long subscriptionsMax) {

  static ClientProfile of(Attributes profile) {
    boolean creates = profile.bool("allowGuaranteedEndpointCreateEnabled");
    String durability = profile.text("allowGuaranteedEndpointCreateDurability");
    return new ClientProfile(
        profile.bool("allowGuaranteedMsgSendEnabled"),
        profile.bool("allowGuaranteedMsgReceiveEnabled"),
        creates && !durability.equals("non-durable"),
        creates && !durability.equals("durable"),
        profile.bool("rejectMsgToSenderOnNoSubscriptionMatchEnabled"),
        profile.number("maxConnectionCountPerClientUsername"),
        profile.number("maxEgressFlowCount"),
        profile.number("maxIngressFlowCount"),
        profile.number("maxSubscriptionCount"));
  }
}
