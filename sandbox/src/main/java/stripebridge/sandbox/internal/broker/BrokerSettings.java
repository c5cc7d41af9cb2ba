package stripebridge.sandbox.internal.broker;

import java.time.InstantSource;
import java.util.function.Consumer;

/// How the engine shall behave, and its limits.
///
/// @param clock what time it is
/// @param log takes one line per thing that happens
/// @param spoolBytesMax heap that spooled messages may take
/// @param outputBytesMax what may wait for one client before that client is slowed
/// @param frameBytesMax the largest frame a client may send
/// @param connectionsMax clients at one time
/// @param ackDelayMillis how long a publisher's ack may wait for company
/// @param refusesNameInUse whether a second client of a name is refused, or takes over
/// @param recordedMax messages to remember per queue
/// @param recordedBytesMax bytes that all remembered messages may keep from being freed
/// @param alwaysRespectsDmqEligible the rule of brokers before 10.25.10
public record BrokerSettings(
    InstantSource clock,
    Consumer<String> log,
    long spoolBytesMax,
    int outputBytesMax,
    int frameBytesMax,
    int connectionsMax,
    long ackDelayMillis,
    boolean refusesNameInUse,
    int recordedMax,
    long recordedBytesMax,
    boolean alwaysRespectsDmqEligible) {}
