/// The composition root: from arguments to an exit code. The one place that knows every part.
@NullMarked
package stripebridge.cli;

import org.jspecify.annotations.NullMarked;
