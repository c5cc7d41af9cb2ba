package stripebridge.sandbox.internal.broker;

import java.time.InstantSource;
import java.util.function.Consumer;

/// The engine's settings and limits.
///
/// @param clock the source of the time
/// @param log receives log lines
/// @param spoolBytesMax heap for spooled messages
/// @param outputBytesMax bytes that may wait for one client before it gets no more messages
/// @param frameBytesMax the largest frame a client may send
/// @param connectionsMax concurrent clients
/// @param ackDelayMillis how long an ack may wait in order to cover several messages
/// @param refusesNameInUse whether a second client with a name is refused instead of taking over
/// @param recordedMax messages to remember per queue
/// @param recordedBytesMax bytes of all remembered messages together
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
