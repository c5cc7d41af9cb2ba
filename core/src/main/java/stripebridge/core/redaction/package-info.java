/// Removes personal data and secrets from events, so that they can be shown. Depends on core's JSON
/// only.
@NullMarked
package stripebridge.core.redaction;

import org.jspecify.annotations.NullMarked;
