/// The transports: plain sockets, TLS and WebSocket, each as a pair of streams. Must not depend on
/// SMF.
@NullMarked
package stripebridge.sandbox.internal.net;

import org.jspecify.annotations.NullMarked;
