package stripebridge.acceptance.architecture.planted.sandbox;

import stripebridge.acceptance.architecture.planted.core.Known;

record UsesCore(Known known) {}
