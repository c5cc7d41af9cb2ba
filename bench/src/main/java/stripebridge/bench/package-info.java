/// Measurements: each of our figures and its baseline, from one run.
@NullMarked
package stripebridge.bench;

import org.jspecify.annotations.NullMarked;
