/// What `trigger` does: makes events, has them sent, and says what came of each. Knows no command
/// line.
@NullMarked
package stripebridge.cli.trigger;

import org.jspecify.annotations.NullMarked;
