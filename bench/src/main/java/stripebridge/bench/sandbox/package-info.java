/// Measures the sandbox against a loop that only counts frames. Uses the sandbox's socket code and
/// codec for that loop, and only the subscription index of its engine.
@NullMarked
package stripebridge.bench.sandbox;

import org.jspecify.annotations.NullMarked;
