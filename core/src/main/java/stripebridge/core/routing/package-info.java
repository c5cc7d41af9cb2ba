/// Decides which topic an event goes to: routes are data, and every topic is legal on a broker.
/// Depends on the JDK and on core's events.
@NullMarked
package stripebridge.core.routing;

import org.jspecify.annotations.NullMarked;
