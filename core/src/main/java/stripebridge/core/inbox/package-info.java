/// The port to the inbox, which stores an event from its acceptance until its message is
/// acknowledged, and the states of an entry. Depends on core's events and on the JDK only.
@NullMarked
package stripebridge.core.inbox;

import org.jspecify.annotations.NullMarked;
