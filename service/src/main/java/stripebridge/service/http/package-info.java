/// The service's HTTP side: webhooks, and the status of a running process. Depends on core's ports,
/// the relay's status and telemetry; knows no broker and no store.
@NullMarked
package stripebridge.service.http;

import org.jspecify.annotations.NullMarked;
