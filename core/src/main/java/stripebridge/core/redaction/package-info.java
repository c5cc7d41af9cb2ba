/// Events as they may be shown: without what they say of people, and what gives access. Depends on
/// core's JSON only.
@NullMarked
package stripebridge.core.redaction;

import org.jspecify.annotations.NullMarked;
