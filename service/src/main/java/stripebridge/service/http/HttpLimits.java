package stripebridge.service.http;

import java.time.Duration;

/// What one server puts up with.
///
/// @param bodyBytesMax of one webhook
/// @param bodiesBytesMax of all webhooks that are being read or stored
/// @param requestsMax webhooks whose body is whole, answered at the same time; more get 503
/// @param connectionsMax open at the same time on one port; beyond, the longest idle one goes
/// @param requestMax from a request's first line to the end of its answer
/// @param idleMax between two requests of a connection, and until the first line of one is whole
/// @param stallMax while a client takes nothing of its answer
/// @param closingMax for requests that are being answered when the server closes
public record HttpLimits(
    int bodyBytesMax,
    long bodiesBytesMax,
    int requestsMax,
    int connectionsMax,
    Duration requestMax,
    Duration idleMax,
    Duration stallMax,
    Duration closingMax) {
  // Four times what Stripe's largest events have been seen to be.
  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final long BODIES_BYTES_MAX = 64L << 20;
  // What one commit takes along; a caller needs little beside its body.
  private static final int REQUESTS_MAX = 512;
  // Each is a file descriptor and a virtual thread.
  private static final int CONNECTIONS_MAX = 2_048;
  // Stripe has given up by then.
  private static final Duration REQUEST_MAX = Duration.ofSeconds(30);
  // Longer than the 60 s that load balancers keep a connection: were it shorter, one of them could
  // send a request into a connection that is just being closed, and report a 502.
  private static final Duration IDLE_MAX = Duration.ofSeconds(75);
  // Answers are small: who takes nothing for so long does not read.
  private static final Duration STALL_MAX = Duration.ofSeconds(5);
  private static final Duration CLOSING_MAX = Duration.ofSeconds(1);

  /// The bounds for a process with this much heap, in bytes.
  public static HttpLimits of(long heapBytesMax) {
    return new HttpLimits(
        BODY_BYTES_MAX,
        Math.min(BODIES_BYTES_MAX, heapBytesMax / 8),
        REQUESTS_MAX,
        CONNECTIONS_MAX,
        REQUEST_MAX,
        IDLE_MAX,
        STALL_MAX,
        CLOSING_MAX);
  }
}
