/// Tests what the service survives as a separate process: kills, a missing broker, a full disk,
/// hostile clients, a stop. No event that was answered 200 may be missing in the end.
@NullMarked
package stripebridge.acceptance.faults;

import org.jspecify.annotations.NullMarked;
