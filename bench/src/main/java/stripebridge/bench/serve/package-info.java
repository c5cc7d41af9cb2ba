/// Measures the running bridge: accepting with and without a store, the relay compared with a bare
/// loop, a backlog of a million events, the latency of one event, and the CPU time of each event.
@NullMarked
package stripebridge.bench.serve;

import org.jspecify.annotations.NullMarked;
