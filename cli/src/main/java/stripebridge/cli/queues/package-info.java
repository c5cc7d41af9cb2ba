/// How queues are used, as a table, in detail and watched; knows the port and nothing of SEMP, and
/// only [Watching] and [WatchScreen] know of a terminal.
@NullMarked
package stripebridge.cli.queues;

import org.jspecify.annotations.NullMarked;
