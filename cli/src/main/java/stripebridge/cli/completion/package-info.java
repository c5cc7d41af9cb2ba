/// Shell completion, made from the command tree.
@NullMarked
package stripebridge.cli.completion;

import org.jspecify.annotations.NullMarked;
