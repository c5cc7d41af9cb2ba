/// Measurements: each of our figures beside what it is compared with, from one run.
@NullMarked
package stripebridge.bench;

import org.jspecify.annotations.NullMarked;
