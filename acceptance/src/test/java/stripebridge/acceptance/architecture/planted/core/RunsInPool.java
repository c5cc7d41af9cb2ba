package stripebridge.acceptance.architecture.planted.core;

import java.util.concurrent.ExecutorService;

record RunsInPool(ExecutorService pool) {}
