/// What `stripebridge sandbox` does between the command line and the sandbox module. The only place
/// where a topology of ours meets the sandbox, which knows nothing of it.
@NullMarked
package stripebridge.cli.sandbox;

import org.jspecify.annotations.NullMarked;
