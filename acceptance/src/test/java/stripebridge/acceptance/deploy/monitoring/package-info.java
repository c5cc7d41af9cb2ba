/// The files of `deploy/monitoring`: that Prometheus and Grafana can read them, and that all they
/// ask for exists.
@NullMarked
package stripebridge.acceptance.deploy.monitoring;

import org.jspecify.annotations.NullMarked;
