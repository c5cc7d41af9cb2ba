/// Administers a broker over SEMP v2: implements core's `BrokerAdmin`. The only package that uses
/// the generated client; its types appear in no public signature. Must not depend on messaging.
@NullMarked
package stripebridge.solace.admin;

import org.jspecify.annotations.NullMarked;
