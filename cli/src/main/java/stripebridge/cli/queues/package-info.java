/// The `queues` command: shows queues as a table, in detail and live. Depends on the port, not on
/// SEMP; only [QueuesRun] and [WatchScreen] use a terminal.
@NullMarked
package stripebridge.cli.queues;

import org.jspecify.annotations.NullMarked;
