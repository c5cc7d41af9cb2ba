/// The objects of a topology (queues, profiles, usernames) and the rules for topics. Depends on
/// core's routing and problems and on the JDK; it knows neither YAML nor plans.
@NullMarked
package stripebridge.core.topology.model;

import org.jspecify.annotations.NullMarked;
