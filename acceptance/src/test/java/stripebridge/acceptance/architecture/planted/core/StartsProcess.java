package stripebridge.acceptance.architecture.planted.core;

record StartsProcess(ProcessBuilder process) {}
