/// Settings: what an operator may set, read strictly and reported all at once. Depends on the JDK
/// and on core's problems only.
@NullMarked
package stripebridge.core.config;

import org.jspecify.annotations.NullMarked;
