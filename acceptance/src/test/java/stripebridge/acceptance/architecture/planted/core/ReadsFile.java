package stripebridge.acceptance.architecture.planted.core;

import java.nio.file.Path;

record ReadsFile(Path path) {}
