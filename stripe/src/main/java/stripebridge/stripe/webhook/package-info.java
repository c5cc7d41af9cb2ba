/// Signs and posts webhooks as Stripe does, and reads the responses. Depends on the JDK's HTTP
/// client and on core; not on Stripe's library.
@NullMarked
package stripebridge.stripe.webhook;

import org.jspecify.annotations.NullMarked;
