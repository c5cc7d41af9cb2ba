/// How fast the commands for queues are, beside the official client alone. Uses the commands as a
/// script would.
@NullMarked
package stripebridge.bench.tools;

import org.jspecify.annotations.NullMarked;
