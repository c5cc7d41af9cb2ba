/// Captures of refused webhooks: which are kept and when they are deleted, how one is written, and
/// what was wrong with it. No files, no clock, no threads. Depends on core's signatures, events and
/// JSON.
@NullMarked
package stripebridge.core.capture;

import org.jspecify.annotations.NullMarked;
