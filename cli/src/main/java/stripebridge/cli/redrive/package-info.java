/// Publishes messages again: those of a queue, or of a file that was drained. Does not depend on
/// JCSMP.
@NullMarked
package stripebridge.cli.redrive;

import org.jspecify.annotations.NullMarked;
