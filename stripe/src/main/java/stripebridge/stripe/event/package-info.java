/// Test events of every type, as Stripe would send them, generated from a seed. Depends on the JDK
/// and Gson only; not on Stripe's library, which is slow to load.
@NullMarked
package stripebridge.stripe.event;

import org.jspecify.annotations.NullMarked;
