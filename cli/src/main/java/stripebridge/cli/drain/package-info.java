/// Takes messages off a queue into a file, or away. Knows nothing of JCSMP.
@NullMarked
package stripebridge.cli.drain;

import org.jspecify.annotations.NullMarked;
