package stripebridge.cli.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stripebridge.cli.CliHarness;
import stripebridge.core.broker.BrokerException;
import stripebridge.core.broker.QueueAccess;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.config.Secret;
import stripebridge.sandbox.RecordedMessage;
import stripebridge.stripe.event.EventSpec;
import stripebridge.stripe.event.TestEvent;
import stripebridge.stripe.event.TestEvents;
import stripebridge.stripe.webhook.PostResult;
import stripebridge.stripe.webhook.WebhookPoster;
import stripebridge.stripe.webhook.WebhookSigner;

/// Others send all the time: a validation neither fails because of it nor takes their messages.
/// `make soak SUITE=ValidateBusyTest ROUNDS=20` validates twenty times.
class ValidateBusyTest {
  private static final List<String> TYPES =
      List.of(
          "invoice.finalized", "payment_intent.succeeded", "customer.created", "refund.created");
  private static final Duration PAUSE = Duration.ofMillis(10);

  @TempDir Path folder;

  private static int rounds() {
    String given = System.getProperty("rounds", "");
    return given.isEmpty() ? 3 : Integer.parseInt(given);
  }

  /// Posts events of many accounts, including the validated one; every tenth twice, and every
  /// twentieth with a wrong signature.
  private static final class Traffic implements AutoCloseable {
    private final Set<String> accepted = new ConcurrentSkipListSet<>();
    private final URI url;
    private final Thread thread;
    private volatile boolean isOver;

    Traffic(URI bridge, int number) {
      url = URI.create(bridge + "/webhooks/stripe");
      thread = Thread.ofPlatform().start(() -> run(number));
    }

    private void run(int number) {
      TestEvents events = new TestEvents(number);
      WebhookSigner signer = new WebhookSigner(new Secret(ValidateHarness.SECRET));
      try (WebhookPoster poster = new WebhookPoster()) {
        for (int i = 1; !isOver; i++) {
          Instant now = Instant.now();
          TestEvent event =
              events.make(
                  EventSpec.of(TYPES.get(i % TYPES.size()), now)
                      .withId("evt_other_" + number + "_" + i)
                      .withAccount(i % 3 == 0 ? ValidateHarness.ACCOUNT : "acct_" + i % 7));
          String signature = signer.header(event.body(), now);
          for (int copy = i % 10 == 0 ? 2 : 1; copy > 0; copy--) {
            if (poster.post(url, event.body(), i % 20 == 1 ? signature + "0" : signature)
                    instanceof PostResult.Answered answer
                && answer.isAccepted()) {
              accepted.add(event.id());
            }
          }
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      } catch (InterruptedException _) {
        // The test is over.
      }
    }

    /// Stops, and returns the ids that were accepted.
    Set<String> end() {
      isOver = true;
      joined(thread);
      return accepted;
    }

    @Override
    public void close() {
      Set<String> _ = end();
    }
  }

  private static void joined(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void assertPassed(CliHarness.Run run) {
    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).contains(" 0 failed, ").contains("others send too");
  }

  private static Set<String> idsOn(ValidateHarness harness, String queue) {
    Set<String> ids = new TreeSet<>();
    for (RecordedMessage message : harness.vpn().queue(queue).messages()) {
      ids.add(message.applicationMessageId().orElseThrow());
    }
    return ids;
  }

  @Test
  void takesNothingThatIsNotItsOwnFromBusyQueues() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started()) {
      Set<String> accepted;
      try (Traffic one = new Traffic(harness.url(), 1);
          Traffic other = new Traffic(harness.url(), 2)) {
        for (int round = 1; round <= rounds(); round++) {
          assertPassed(harness.validate());
        }
        accepted = one.end();
        accepted.addAll(other.end());
      }
      Set<String> all = accepted;
      ValidateHarness.await(
          "all are published", () -> idsOn(harness, "stripe.all.inbound").size() >= all.size());
      assertThat(idsOn(harness, "stripe.all.inbound")).isEqualTo(all);
      assertThat(idsOn(harness, "stripe.errors.dmq")).isEmpty();
    }
  }

  /// Consumes a queue as an application would, and remembers every id.
  private static final class Application implements AutoCloseable {
    private final Set<String> taken = ConcurrentHashMap.newKeySet();
    private final List<String> twice = new ArrayList<>();
    private final QueueAccess.Session session;
    private final QueueAccess.Consumer consumer;
    private final Thread thread;
    private volatile boolean isOver;
    private volatile @Nullable Exception failure;

    Application(ValidateHarness harness, String queue) throws Exception {
      session = harness.messaging().open();
      consumer = session.consume(queue, 20, false);
      consumer.start();
      thread = Thread.ofPlatform().start(this::run);
    }

    private void run() {
      try {
        while (!isOver) {
          Delivery delivery = consumer.next(Duration.ofMillis(50));
          if (delivery != null) {
            String id = Objects.requireNonNull(delivery.message().content().applicationMessageId());
            if (!taken.add(id)) {
              twice.add(id);
            }
            delivery.acknowledge();
          }
        }
      } catch (BrokerException | InterruptedException e) {
        failure = e;
      }
    }

    @Override
    public void close() {
      isOver = true;
      joined(thread);
      consumer.close();
      session.close();
      assertThat(failure).isNull();
      assertThat(twice).isEmpty();
    }
  }

  @Test
  void leavesLiveConsumersTheirMessages() throws Exception {
    try (ValidateHarness harness = new ValidateHarness(folder).started();
        Application invoices = new Application(harness, "stripe.invoices.inbound");
        Application audit = new Application(harness, "stripe.all.inbound")) {
      Set<String> accepted = new TreeSet<>();
      try (Traffic traffic = new Traffic(harness.url(), 3)) {
        for (int round = 1; round <= rounds(); round++) {
          CliHarness.Run run = harness.validate("--with-consumers");
          assertPassed(run);
          assertThat(run.out().replaceAll("\\s+", " "))
              .contains("stripe.invoices.inbound (by counters, 1 consumer bound)");
        }
        accepted.addAll(traffic.end());
      }
      int ours = rounds() * 17;
      ValidateHarness.await("all are consumed", () -> audit.taken.size() >= accepted.size() + ours);
      assertThat(audit.taken).containsAll(accepted).hasSize(accepted.size() + ours);
      assertThat(invoices.taken).allMatch(audit.taken::contains);
    }
  }
}
