/// Shared test support: fixtures, sample data and seeded randomness.
@NullMarked
package stripebridge.core.testing;

import org.jspecify.annotations.NullMarked;
