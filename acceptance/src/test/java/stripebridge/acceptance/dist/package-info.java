/// Tests what `make dist` has built.
@NullMarked
package stripebridge.acceptance.dist;

import org.jspecify.annotations.NullMarked;
