/// From a refused webhook to its cause, as `docs/refused-webhooks.md` describes it.
@NullMarked
package stripebridge.acceptance.refused;

import org.jspecify.annotations.NullMarked;
