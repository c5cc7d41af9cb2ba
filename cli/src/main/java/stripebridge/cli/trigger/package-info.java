/// The `trigger` command: generates events, sends them, and reports the answers. Must not depend on
/// another command.
@NullMarked
package stripebridge.cli.trigger;

import org.jspecify.annotations.NullMarked;
