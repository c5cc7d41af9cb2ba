package stripebridge.sandbox;

/// The two ways on which every behaviour is tested.
enum SmfTransport {
  TCP,
  WS;

  String uri(SandboxBroker broker) {
    return this == TCP ? broker.smfUri() : broker.webUri();
  }
}
