/// Webhooks as Stripe posts them: signed, and their answers judged. Depends on the JDK's HTTP
/// client and core's secrets; not on Stripe's library.
@NullMarked
package stripebridge.stripe.webhook;

import org.jspecify.annotations.NullMarked;
