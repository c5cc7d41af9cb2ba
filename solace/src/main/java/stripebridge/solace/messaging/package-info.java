/// Messages to and from a Solace broker, by its own client (JCSMP): core's ports, spoken in SMF.
/// Depends on core only; knows nothing of SEMP or of the service.
@NullMarked
package stripebridge.solace.messaging;

import org.jspecify.annotations.NullMarked;
