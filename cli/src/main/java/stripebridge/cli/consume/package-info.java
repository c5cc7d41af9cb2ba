/// The `consume` command: reads the messages of a queue one after another and prints them. Does not
/// depend on other commands.
@NullMarked
package stripebridge.cli.consume;

import org.jspecify.annotations.NullMarked;
