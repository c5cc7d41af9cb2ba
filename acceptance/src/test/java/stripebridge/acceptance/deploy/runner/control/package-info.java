/// What Kubernetes' controllers and its kubelet decide, as state machines that are handed what they
/// see and the time. Must not start a process, open a connection, read a file or a clock.
@NullMarked
package stripebridge.acceptance.deploy.runner.control;

import org.jspecify.annotations.NullMarked;
