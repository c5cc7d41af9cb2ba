/// What the running bridge can do: accepts with and without a store, the relay beside a bare loop,
/// a million events that wait, and the way of one event.
@NullMarked
package stripebridge.bench.serve;

import org.jspecify.annotations.NullMarked;
