/// Events as Stripe would send them, made up: of every type, from a seed. Depends on the JDK, Gson
/// and core's names only; not on Stripe's library, which is slow to load.
@NullMarked
package stripebridge.stripe.event;

import org.jspecify.annotations.NullMarked;
