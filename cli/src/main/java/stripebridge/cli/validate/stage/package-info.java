/// The stages of a validation: what is posted, and what each stage checks. Must not depend on the
/// command, a broker client or the service.
@NullMarked
package stripebridge.cli.validate.stage;

import org.jspecify.annotations.NullMarked;
