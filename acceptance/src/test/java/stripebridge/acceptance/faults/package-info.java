/// What the service survives, as a process of its own: killed, without its broker, without disk,
/// under hostile clients, told to stop. Nothing that was answered 200 may be missing in the end.
@NullMarked
package stripebridge.acceptance.faults;

import org.jspecify.annotations.NullMarked;
