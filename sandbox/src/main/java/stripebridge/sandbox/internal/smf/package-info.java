/// The SMF wire format: frames in, frames out. Knows bytes only: no socket, no queue, no session.
@NullMarked
package stripebridge.sandbox.internal.smf;

import org.jspecify.annotations.NullMarked;
