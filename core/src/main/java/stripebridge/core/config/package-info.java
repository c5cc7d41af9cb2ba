/// The operator's settings: read strictly, with all problems reported at once. Depends on the JDK
/// and on core's problems only.
@NullMarked
package stripebridge.core.config;

import org.jspecify.annotations.NullMarked;
