/// Moves messages from a queue to a file, or deletes them. Does not depend on JCSMP.
@NullMarked
package stripebridge.cli.drain;

import org.jspecify.annotations.NullMarked;
