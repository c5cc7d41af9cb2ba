/// The ports to a broker, in our own terms: `solace` implements them, `service` and `cli` use them.
/// Depends on core's values and on the JDK only.
@NullMarked
package stripebridge.core.broker;

import org.jspecify.annotations.NullMarked;
