/// What `consume` does with the messages of a queue: hand them out one after another and show them.
/// Depends on none of the other commands.
@NullMarked
package stripebridge.cli.consume;

import org.jspecify.annotations.NullMarked;
