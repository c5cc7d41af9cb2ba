/// Reads `topology.yaml` into [stripebridge.core.topology.model.Topology] with every problem at its
/// line and column, and writes one from a broker. It opens no file.
@NullMarked
package stripebridge.core.topology.yaml;

import org.jspecify.annotations.NullMarked;
