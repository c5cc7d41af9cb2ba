/// From the inbox to the broker: the single owner of publishing. Depends on core only; not on an
/// adapter of the inbox or of the broker, nor on HTTP or telemetry.
@NullMarked
package stripebridge.relay;

import org.jspecify.annotations.NullMarked;
