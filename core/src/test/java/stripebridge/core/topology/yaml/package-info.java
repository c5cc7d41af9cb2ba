/// Tests of the package, by its contract.
@NullMarked
package stripebridge.core.topology.yaml;

import org.jspecify.annotations.NullMarked;
