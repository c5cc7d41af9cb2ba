/// Has Stripe itself send events, by calls of its API in test mode. The only package that loads
/// Stripe's library, and no type of that library is in what it offers. Depends on core's secrets.
@NullMarked
package stripebridge.stripe.api;

import org.jspecify.annotations.NullMarked;
