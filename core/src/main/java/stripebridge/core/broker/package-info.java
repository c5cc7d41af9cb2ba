/// What we need of a broker, in our words: ports that `solace` implements and `service` and `cli`
/// use. Depends on core's values and on the JDK only.
@NullMarked
package stripebridge.core.broker;

import org.jspecify.annotations.NullMarked;
