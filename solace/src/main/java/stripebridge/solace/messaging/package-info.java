/// Messages to and from a Solace broker with its own client (JCSMP): implements core's ports over
/// SMF. Depends on core only; knows nothing of SEMP or of the service.
@NullMarked
package stripebridge.solace.messaging;

import org.jspecify.annotations.NullMarked;
