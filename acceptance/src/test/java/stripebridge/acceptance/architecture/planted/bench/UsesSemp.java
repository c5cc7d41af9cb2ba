package stripebridge.acceptance.architecture.planted.bench;

import stripebridge.acceptance.architecture.planted.semp.Generated;

record UsesSemp(Generated generated) {}
