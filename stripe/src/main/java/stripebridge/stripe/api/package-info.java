/// Makes Stripe itself send events, by calls of its API in test mode. The only package that loads
/// Stripe's library; no type of that library appears in its public signatures. Depends on core's
/// settings.
@NullMarked
package stripebridge.stripe.api;

import org.jspecify.annotations.NullMarked;
