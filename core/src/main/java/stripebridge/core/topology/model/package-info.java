/// The objects of a topology: queues, profiles, usernames and the rules that topics must keep.
/// Depends on the JDK only: it knows neither YAML nor plans.
@NullMarked
package stripebridge.core.topology.model;

import org.jspecify.annotations.NullMarked;
