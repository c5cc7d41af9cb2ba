/// The SEMP v2 face of the sandbox: HTTP in, calls on the broker engine out. Holds no state of the
/// broker itself and knows no SMF.
@NullMarked
package stripebridge.sandbox.internal.semp;

import org.jspecify.annotations.NullMarked;
