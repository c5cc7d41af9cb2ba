package stripebridge.acceptance.architecture.planted.core;

import java.util.List;

class StreamsInParallel {
  long count(List<String> names) {
    return names.parallelStream().count();
  }
}
