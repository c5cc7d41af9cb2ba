/// `stripebridge validate`: posts events of its own and follows them through the whole pipeline.
/// Uses core's ports, and Stripe's side from `stripe`; no broker client and no service of ours but
/// in [SandboxPipeline], which starts one of each.
@NullMarked
package stripebridge.cli.validate;

import org.jspecify.annotations.NullMarked;
