/// Turns an event into the envelope that is published. Depends on the JDK and on core's events and
/// JSON.
@NullMarked
package stripebridge.core.normalization;

import org.jspecify.annotations.NullMarked;
