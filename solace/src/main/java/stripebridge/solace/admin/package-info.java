/// Administers a broker by SEMP v2: core's port `BrokerAdmin`, spoken over HTTP. The only package
/// that uses the generated client, whose types appear in no signature that others see. Must not
/// depend on messaging.
@NullMarked
package stripebridge.solace.admin;

import org.jspecify.annotations.NullMarked;
