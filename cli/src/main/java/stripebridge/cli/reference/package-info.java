/// Reference pages, made from the command tree and the list of exit codes.
@NullMarked
package stripebridge.cli.reference;

import org.jspecify.annotations.NullMarked;
