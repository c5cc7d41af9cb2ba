/// Runs one command in this process. Must not know who asks: a script or a document.
@NullMarked
package stripebridge.acceptance.run;

import org.jspecify.annotations.NullMarked;
