/// Runs what rendered manifests and the compose file say, as processes of this machine: what a
/// cluster or Docker would do with them, as far as ours need it. What comes next is decided in
/// `control`; here it is done.
@NullMarked
package stripebridge.acceptance.deploy.runner;

import org.jspecify.annotations.NullMarked;
