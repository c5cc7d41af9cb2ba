/// What this process trusts when it speaks TLS to a broker, for messages and for SEMP alike.
/// Depends on core's settings only.
@NullMarked
package stripebridge.solace.tls;

import org.jspecify.annotations.NullMarked;
