/// Administers a broker by SEMP v2. The only place that knows the generated client.
@NullMarked
package stripebridge.solace.admin;

import org.jspecify.annotations.NullMarked;
