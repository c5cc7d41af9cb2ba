/// What should exist on the broker and where events are routed: `topology.yaml` read into {@link
/// stripebridge.core.topology.Topology}, and the {@link stripebridge.core.topology.Plan} that
/// brings a broker there. Depends on the problem package and the YAML parser only: it opens no
/// file, reads no environment and speaks to no broker.
@NullMarked
package stripebridge.core.topology;

import org.jspecify.annotations.NullMarked;
