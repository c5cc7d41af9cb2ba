/// Measures the queue commands against the official client alone. Uses the commands as a script
/// would.
@NullMarked
package stripebridge.bench.tools;

import org.jspecify.annotations.NullMarked;
