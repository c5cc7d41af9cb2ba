package stripebridge.acceptance.architecture.planted.core;

import stripebridge.acceptance.architecture.planted.cli.Main;

record UsesCli(Main main) {}
