package stripebridge.acceptance.architecture.planted.service;

import stripebridge.acceptance.architecture.planted.solace.Known;

record UsesSolace(Known known) {}
