/// Shell completion, generated from the command tree. Must not depend on a command.
@NullMarked
package stripebridge.cli.completion;

import org.jspecify.annotations.NullMarked;
