/// The service's metrics, and its log, in which the fate of each webhook can be read by event id.
/// Depends on the relay's observer and on core; knows neither HTTP nor stores.
@NullMarked
package stripebridge.service.telemetry;

import org.jspecify.annotations.NullMarked;
