/// What tests of several packages share: fixtures, sample data and seeded randomness.
@NullMarked
package stripebridge.core.testing;

import org.jspecify.annotations.NullMarked;
