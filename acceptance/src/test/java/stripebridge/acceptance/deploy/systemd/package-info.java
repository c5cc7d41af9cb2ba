/// Tests the files for systemd: static rules, `systemd-analyze`, and a systemd of its own in which
/// the fault suites run the unit. Must not start the service outside of that systemd.
@NullMarked
package stripebridge.acceptance.deploy.systemd;

import org.jspecify.annotations.NullMarked;
