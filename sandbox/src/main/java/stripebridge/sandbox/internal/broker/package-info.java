/// The message engine: VPNs, queues, flows, routing and client sessions. Depends on the wire
/// format, the transports and the object model; must not depend on SEMP.
@NullMarked
package stripebridge.sandbox.internal.broker;

import org.jspecify.annotations.NullMarked;
