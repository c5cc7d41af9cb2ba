/// Messages of queues as files, filters and failures see them. Knows nothing of terminals, and
/// nothing of JCSMP.
@NullMarked
package stripebridge.cli.messages;

import org.jspecify.annotations.NullMarked;
