/// Kubernetes manifests, read strictly.
@NullMarked
package stripebridge.acceptance.deploy.manifest;

import org.jspecify.annotations.NullMarked;
