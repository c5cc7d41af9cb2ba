package stripebridge.acceptance.architecture.planted.solace.admin;

import stripebridge.acceptance.architecture.planted.semp.Generated;

record MayUseSemp(Generated generated) {}
