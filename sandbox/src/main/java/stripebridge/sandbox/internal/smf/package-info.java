/// The SMF wire format: reads and writes frames. Works on bytes; must not depend on sockets, queues
/// or sessions.
@NullMarked
package stripebridge.sandbox.internal.smf;

import org.jspecify.annotations.NullMarked;
