/// Compares a topology with a broker's objects and plans the changes. It does not talk to a broker
/// and does not know YAML.
@NullMarked
package stripebridge.core.topology.plan;

import org.jspecify.annotations.NullMarked;
