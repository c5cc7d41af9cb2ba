/// What a validation observes: messages on queues, and counters before and after. Must not depend
/// on the stages that judge it.
@NullMarked
package stripebridge.cli.validate.evidence;

import org.jspecify.annotations.NullMarked;
