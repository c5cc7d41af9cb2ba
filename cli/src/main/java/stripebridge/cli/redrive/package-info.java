/// Publishes messages once more: those of a queue, or of a file that was drained. Knows nothing of
/// JCSMP.
@NullMarked
package stripebridge.cli.redrive;

import org.jspecify.annotations.NullMarked;
