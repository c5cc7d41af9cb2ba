/// Reads `topology.yaml` into a [stripebridge.core.topology.model.Topology], with every problem at
/// its line and column, and exports a topology from a broker. It opens no file.
@NullMarked
package stripebridge.core.topology.yaml;

import org.jspecify.annotations.NullMarked;
