/// How fast the sandbox is, beside a loop that only counts frames. Uses the sandbox's socket code
/// and codec for that loop, and nothing of its engine but the index of subscriptions.
@NullMarked
package stripebridge.bench.sandbox;

import org.jspecify.annotations.NullMarked;
