/// One event as Stripe sent it, read from bytes with a streaming scan and never as a full tree.
/// Depends on the JDK and Jackson's streaming reader only.
@NullMarked
package stripebridge.core.event;

import org.jspecify.annotations.NullMarked;
