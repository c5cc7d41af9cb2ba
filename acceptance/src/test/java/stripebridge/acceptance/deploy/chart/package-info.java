/// The Helm chart: what it renders, what it refuses, and that its documents match.
@NullMarked
package stripebridge.acceptance.deploy.chart;

import org.jspecify.annotations.NullMarked;
