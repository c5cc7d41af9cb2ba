/// Captures refused webhooks into files, for `signature explain`. Which ones is decided in core. No
/// request waits for it. Knows neither HTTP nor the inbox.
@NullMarked
package stripebridge.service.capture;

import org.jspecify.annotations.NullMarked;
