/// Tests of the topology: reading, rules, schema and plan.
@NullMarked
package stripebridge.core.topology;

import org.jspecify.annotations.NullMarked;
