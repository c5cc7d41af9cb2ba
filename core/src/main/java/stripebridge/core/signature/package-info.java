/// Whether a webhook is genuine: Stripe's signature scheme, and why a header does not hold. Depends
/// on the JDK and on core's settings.
@NullMarked
package stripebridge.core.signature;

import org.jspecify.annotations.NullMarked;
