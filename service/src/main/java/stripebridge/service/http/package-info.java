/// The service's side of HTTP: webhooks in, and what operators ask of a running process. Depends on
/// core's ports, the relay's status and telemetry; knows no broker and no store.
@NullMarked
package stripebridge.service.http;

import org.jspecify.annotations.NullMarked;
