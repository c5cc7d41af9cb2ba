/// Tests of the package, by its contract.
@NullMarked
package stripebridge.core.topology.model;

import org.jspecify.annotations.NullMarked;
