/// What should exist on the broker and where events are routed: `topology.yaml` read into
/// [stripebridge.core.topology.Topology], and the [stripebridge.core.topology.Plan] that brings a
/// broker there. Depends on the routing and problem packages and the YAML parser only: it opens no
/// file, reads no environment and speaks to no broker.
@NullMarked
package stripebridge.core.topology;

import org.jspecify.annotations.NullMarked;
