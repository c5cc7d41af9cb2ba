/// What is wrong with a topology that a broker takes without complaint: a pure function of what is
/// wanted and what was found. Depends on core's topology and routing, and on the JDK.
@NullMarked
package stripebridge.core.finding;

import org.jspecify.annotations.NullMarked;
