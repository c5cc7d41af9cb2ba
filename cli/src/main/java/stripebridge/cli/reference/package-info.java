/// Generates reference pages from the command tree and the exit codes. Must not run a command.
@NullMarked
package stripebridge.cli.reference;

import org.jspecify.annotations.NullMarked;
