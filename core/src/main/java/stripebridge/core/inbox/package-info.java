/// Where an event is kept from its acceptance until its message is acknowledged: the port, and the
/// words for what becomes of an entry. Depends on core's events and on the JDK only.
@NullMarked
package stripebridge.core.inbox;

import org.jspecify.annotations.NullMarked;
