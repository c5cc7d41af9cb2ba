/// Verifies webhooks by Stripe's signature scheme, and explains why a signature is not valid.
/// Depends on the JDK, and on core's settings, events and JSON.
@NullMarked
package stripebridge.core.signature;

import org.jspecify.annotations.NullMarked;
