/// Runs one command in this process. Must not know whether a script or a document asked for it.
@NullMarked
package stripebridge.acceptance.run;

import org.jspecify.annotations.NullMarked;
