package stripebridge.service.http;

import java.time.Duration;

/// The limits of the server.
///
/// @param bodyBytesMax of one webhook
/// @param bodiesBytesMax of all webhooks that are being read or stored
/// @param requestsMax complete webhooks answered at the same time; more get 503
/// @param connectionsMax open on one port; beyond this the longest idle one is closed
/// @param requestMax from a request's first line to the end of its answer
/// @param idleMax between two requests of a connection, and until the first line of one is complete
/// @param stallMax while a client reads nothing of its answer
/// @param closingMax for running requests when the server closes
public record HttpLimits(
    int bodyBytesMax,
    long bodiesBytesMax,
    int requestsMax,
    int connectionsMax,
    Duration requestMax,
    Duration idleMax,
    Duration stallMax,
    Duration closingMax) {
  // Four times the largest Stripe event that we have seen.
  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final long BODIES_BYTES_MAX = 64L << 20;
  // One commit takes as many; a waiting caller needs little besides its body.
  private static final int REQUESTS_MAX = 512;
  // Each is a file descriptor and a virtual thread.
  private static final int CONNECTIONS_MAX = 2_048;
  // Stripe has given up by then.
  private static final Duration REQUEST_MAX = Duration.ofSeconds(30);
  // Longer than the 60 s for which load balancers keep a connection. If it were shorter, a balancer
  // could send a request into a connection that is just closing and report 502.
  private static final Duration IDLE_MAX = Duration.ofSeconds(75);
  // Answers are small: a client that takes nothing for this long does not read.
  private static final Duration STALL_MAX = Duration.ofSeconds(5);
  private static final Duration CLOSING_MAX = Duration.ofSeconds(1);

  /// The limits for a process with this much heap, in bytes.
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
