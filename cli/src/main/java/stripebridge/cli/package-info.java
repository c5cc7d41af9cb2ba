/// The composition root: turns arguments into an exit code. Only this package knows every command.
@NullMarked
package stripebridge.cli;

import org.jspecify.annotations.NullMarked;
