/// Finds mistakes in a topology that a broker accepts without complaint: a pure function of the
/// topology and the broker's objects. Depends on core's topology and routing, and on the JDK.
@NullMarked
package stripebridge.core.finding;

import org.jspecify.annotations.NullMarked;
