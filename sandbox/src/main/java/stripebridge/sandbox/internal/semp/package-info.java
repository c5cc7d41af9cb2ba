/// The SEMP v2 APIs of the sandbox: HTTP in, calls to the broker engine out. Holds no broker state
/// and must not depend on SMF.
@NullMarked
package stripebridge.sandbox.internal.semp;

import org.jspecify.annotations.NullMarked;
