package stripebridge.bench.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import stripebridge.core.event.EventId;
import stripebridge.core.event.EventType;
import stripebridge.core.inbox.Inbox;
import stripebridge.core.inbox.ReceivedEvent;

/// Which events are in an inbox: all of one type, 3 KB each.
///
/// @param accounts the event's account is its number modulo this; each account has its own topic
/// @param customers the event's customer, and so its partition key, is its number modulo this
record Traffic(int accounts, int customers) {
  /// One account, and no customer twice.
  static final Traffic ONE_ACCOUNT = new Traffic(1, Integer.MAX_VALUE);

  /// The worst case: each event must wait for the one before.
  static final Traffic ONE_CUSTOMER = new Traffic(1, 1);

  /// Many accounts, and no customer twice.
  static Traffic ofAccounts(int accounts) {
    return new Traffic(accounts, Integer.MAX_VALUE);
  }

  /// Stores events `first`, `first + 1` and so on; returns when all are durable.
  void fill(Inbox inbox, long first, int count) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> stored = new ArrayList<>();
      for (long number = first; number < first + count; number++) {
        ReceivedEvent event = event(number);
        stored.add(threads.submit(() -> inbox.append(event)));
      }
      for (Future<?> each : stored) {
        each.get();
      }
    }
  }

  /// One event, accepted now.
  ReceivedEvent event(long number) {
    String account = "acct_" + number % accounts;
    return new ReceivedEvent(
        new EventId("evt_" + number),
        new EventType("charge.succeeded"),
        account,
        Instant.now(),
        Webhooks.body(number, account, "cus_" + number % customers).getBytes(UTF_8));
  }
}
