package stripebridge.acceptance.architecture.planted.solace;

import stripebridge.acceptance.architecture.planted.service.Known;

record UsesService(Known known) {}
