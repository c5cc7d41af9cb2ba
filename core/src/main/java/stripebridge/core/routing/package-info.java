/// Which topic an event goes to: rules as data, topics that a broker accepts. Depends on the JDK
/// and on core's events.
@NullMarked
package stripebridge.core.routing;

import org.jspecify.annotations.NullMarked;
