/// Tests of the package, by its contract.
@NullMarked
package stripebridge.core.topology.plan;

import org.jspecify.annotations.NullMarked;
