/// The run of `stripebridge provision`: what is planned, said, asked, done and verified. Uses
/// core's port of a broker and knows nothing of SEMP.
@NullMarked
package stripebridge.cli.provision;

import org.jspecify.annotations.NullMarked;
