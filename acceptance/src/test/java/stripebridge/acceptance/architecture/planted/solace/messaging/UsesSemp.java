package stripebridge.acceptance.architecture.planted.solace.messaging;

import stripebridge.acceptance.architecture.planted.semp.Generated;

record UsesSemp(Generated generated) {}
