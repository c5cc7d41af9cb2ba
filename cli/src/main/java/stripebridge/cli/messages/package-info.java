/// Messages of queues, for the commands that read them: batches, filters, JSON and failures. Does
/// not depend on a terminal or on JCSMP.
@NullMarked
package stripebridge.cli.messages;

import org.jspecify.annotations.NullMarked;
