/// The `inbox` commands: they inspect and repair an inbox, whether or not `serve` uses it. Must not
/// depend on another command.
@NullMarked
package stripebridge.cli.inbox;

import org.jspecify.annotations.NullMarked;
