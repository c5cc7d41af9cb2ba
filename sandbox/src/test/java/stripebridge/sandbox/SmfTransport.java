package stripebridge.sandbox;

/// The two transports that every behaviour is tested on.
enum SmfTransport {
  TCP,
  WS;

  String uri(SandboxBroker broker) {
    return this == TCP ? broker.smfUri() : broker.webUri();
  }
}
