/// Checks and their results, and the reports that show them. Must not depend on how a result was
/// found.
@NullMarked
package stripebridge.cli.validate.report;

import org.jspecify.annotations.NullMarked;
