/// Messages of queues, for the commands that look at them, take them and copy them. Depends on none
/// of the commands.
@NullMarked
package stripebridge.cli.messages;

import org.jspecify.annotations.NullMarked;
