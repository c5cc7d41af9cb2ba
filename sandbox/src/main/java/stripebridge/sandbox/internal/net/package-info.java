/// How bytes come and go: plain sockets, TLS and WebSocket, all as one pair of streams. Knows
/// nothing of SMF.
@NullMarked
package stripebridge.sandbox.internal.net;

import org.jspecify.annotations.NullMarked;
