/// Compares a topology with what a broker has and plans the changes. It speaks to no broker and
/// does not know YAML.
@NullMarked
package stripebridge.core.topology.plan;

import org.jspecify.annotations.NullMarked;
