/// The message engine: VPNs, queues, flows, routing and the clients' sessions. Depends on the wire
/// format, the transports and the object model, not on SEMP.
@NullMarked
package stripebridge.sandbox.internal.broker;

import org.jspecify.annotations.NullMarked;
