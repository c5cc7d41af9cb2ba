/// The certificates to trust in TLS connections to a broker, for messages and for SEMP alike.
/// Depends on core only.
@NullMarked
package stripebridge.solace.tls;

import org.jspecify.annotations.NullMarked;
