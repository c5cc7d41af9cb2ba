package stripebridge.sandbox;

import java.time.Duration;

/// A failure on purpose, injected with [SandboxBroker#inject(Fault)]. It ends by itself or with
/// [SandboxBroker#clearFaults()].
public sealed interface Fault {

  /// Refuses the next logins, for example with 503 "Message VPN Unavailable".
  record RefuseLogin(int code, String phrase, int times) implements Fault {
    public RefuseLogin {
      requirePositive("times", times);
    }
  }

  /// Drops connections: all of them now when `afterFrames` is 0; otherwise it lets this many frames
  /// through and drops the connection of the next one, unread. Clients may reconnect at once.
  record DropConnection(int afterFrames) implements Fault {
    public DropConnection {
      if (afterFrames < 0) {
        throw new IllegalArgumentException("afterFrames is negative: " + afterFrames);
      }
    }
  }

  /// Drops all connections and accepts none for the duration.
  record Outage(Duration duration) implements Fault {
    public Outage {
      requirePositive("duration", duration.toMillis());
    }
  }

  /// Stores published messages but sends no acks.
  record StallAcks() implements Fault {}

  /// Delays the ack of each published message.
  record SlowAcks(Duration delay) implements Fault {
    public SlowAcks {
      requirePositive("delay", delay.toMillis());
    }
  }

  /// Refuses the next guaranteed messages. The client sees the given error subcode, one of those in
  /// [PublishRefusal].
  record RejectPublish(int times, int subcode) implements Fault {
    public RejectPublish {
      requirePositive("times", times);
      PublishRefusal _ = PublishRefusal.ofSubcode(subcode);
    }

    public RejectPublish(int times, PublishRefusal refusal) {
      this(times, refusal.subcode());
    }
  }

  /// Answers the next SEMP requests with an HTTP status.
  record FailSemp(int status, int times) implements Fault {
    public FailSemp {
      requirePositive("times", times);
      if (status < 200 || status > 599) {
        throw new IllegalArgumentException("not an HTTP status: " + status);
      }
    }
  }

  /// Delays every SEMP request.
  record SlowSemp(Duration delay) implements Fault {
    public SlowSemp {
      requirePositive("delay", delay.toMillis());
    }
  }

  private static void requirePositive(String what, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(what + " is not positive: " + value);
    }
  }
}
