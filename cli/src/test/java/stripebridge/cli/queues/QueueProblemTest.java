package stripebridge.cli.queues;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import stripebridge.cli.queues.QueueProblem.Kind;

class QueueProblemTest {
  private static void assertSays(Rows queue, QueueProblem... problems) {
    assertThat(queue.row().problems()).containsExactly(problems);
  }

  @Test
  void isNotAConsumedQueue() {
    assertSays(Rows.of("q").depth(5).consumers(1).spooledBytes(100));
  }

  @Test
  void isNotAnEmptyQueueWithoutConsumer() {
    assertSays(Rows.of("q").consumers(0));
  }

  @Test
  void isAShutQueue() {
    assertSays(
        Rows.of("q").ingressShut(),
        new QueueProblem(Kind.INGRESS_SHUT, "ingress is shut, so no message gets in"));
    assertSays(
        Rows.of("q").egressShut(),
        new QueueProblem(Kind.EGRESS_SHUT, "egress is shut, so nothing is delivered"));
  }

  @Test
  void isAQueueWithoutConsumer() {
    assertSays(
        Rows.of("q").consumers(0).depth(1),
        new QueueProblem(Kind.NO_CONSUMER, "has no consumer and holds 1 message"));
    // It does not fill up, and its shut ingress is reported already.
    assertSays(
        Rows.of("q").consumers(0).depth(1).ingressShut(),
        new QueueProblem(Kind.INGRESS_SHUT, "ingress is shut, so no message gets in"));
  }

  @Test
  void isADmqWithMessagesWhetherOrNotItIsConsumed() {
    QueueProblem dead = new QueueProblem(Kind.DEAD_MESSAGES, "holds 3 dead messages");
    assertSays(Rows.of("q").dmq());
    assertSays(Rows.of("q").dmq().depth(3).consumers(0), dead);
    assertSays(Rows.of("q").dmq().depth(3).consumers(1), dead);
  }

  @Test
  void isMoreThanFourFifthsOfTheQuota() {
    assertSays(Rows.of("q").quota(10).spooledBytes(8_000_000));
    assertSays(
        Rows.of("q").quota(10).spooledBytes(8_000_001),
        new QueueProblem(Kind.NEARLY_FULL, "uses 80 % of its quota of 10 MB"));
    assertSays(
        Rows.of("q").quota(10).spooledBytes(9_999_999),
        new QueueProblem(Kind.NEARLY_FULL, "uses 99 % of its quota of 10 MB"));
    // The queue keeps only the last message, so it cannot fill up.
    assertSays(Rows.of("q").quota(0).spooledBytes(1_000_000));
  }

  @Test
  void isDiscardedMessages() {
    assertSays(
        Rows.of("q").discarded(Map.of("maxTtlExpiredDiscardedMsgCount", 1L)),
        new QueueProblem(Kind.DISCARDED, "has discarded 1 message: expired"));
    assertSays(
        Rows.of("q")
            .discarded(
                Map.of(
                    "maxMsgSpoolUsageExceededDiscardedMsgCount", 3L,
                    "clientProfileDeniedDiscardedMsgCount", 2L)),
        new QueueProblem(
            Kind.DISCARDED, "has discarded 5 messages: 2 clientProfileDenied, 3 over quota"));
  }

  @Test
  void isMessagesThatTheDmqDidNotTake() {
    assertSays(
        Rows.of("q").lost(2),
        new QueueProblem(Kind.LOST, "has lost 2 messages that DMQ 'errors.dmq' did not take"));
  }

  @Test
  void saysAtLeastWhenTheBrokerDoesNotCount() {
    assertSays(
        Rows.of("q").consumers(0).depth(1).notCounted(),
        new QueueProblem(Kind.NO_CONSUMER, "has no consumer and holds at least 1 message"));
  }

  @Test
  void isGraveWhenMessagesAreLostOrAQueueIsShut() {
    assertThat(Rows.of("q").lost(1).row().isGrave()).isTrue();
    assertThat(Rows.of("q").depth(1).consumers(0).row().isGrave()).isFalse();
  }
}
