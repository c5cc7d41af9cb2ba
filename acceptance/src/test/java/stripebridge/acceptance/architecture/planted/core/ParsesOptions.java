package stripebridge.acceptance.architecture.planted.core;

import picocli.CommandLine.Model.OptionSpec;

record ParsesOptions(OptionSpec option) {}
