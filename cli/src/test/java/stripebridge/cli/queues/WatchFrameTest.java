package stripebridge.cli.queues;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.cli.output.Ink;
import stripebridge.core.broker.QueueFlow;

class WatchFrameTest {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private static Reading reading(Rows... queues) {
    return new Reading(Rows.NOW, Arrays.stream(queues).map(Rows::row).toList(), null);
  }

  private static WatchState watched(Reading first, Reading... others) {
    WatchState state = WatchState.first("default", INTERVAL, first);
    for (Reading reading : others) {
      state = state.answered(reading, INTERVAL);
    }
    return state;
  }

  private static List<String> frame(WatchState state, int width, int height) {
    return new WatchFrame(new Ink(false), width, height, true, ZoneOffset.UTC)
        .lines(state, Rows.NOW.plusSeconds(1));
  }

  private static WatchState usual() {
    return watched(
        reading(
            Rows.of("stripe.errors.dmq").dmq().consumers(0),
            Rows.of("stripe.payments.inbound").spooled(1_000).depth(40),
            Rows.of("stripe.subscriptions.inbound").consumers(0)),
        reading(
            Rows.of("stripe.errors.dmq").dmq().consumers(0).depth(3).oldest(Duration.ofMinutes(5)),
            Rows.of("stripe.payments.inbound").spooled(1_500).depth(20).oldest(INTERVAL),
            Rows.of("stripe.subscriptions.inbound").consumers(0)));
  }

  @Test
  void fits80Columns() {
    assertThat(String.join("\n", frame(usual(), 80, 24)))
        .isEqualTo(
            """
            default: 3 queues, 23 messages                       03:00:00, every 2s, q quits

              QUEUE                         MSGS  IN/S  OUT/S  TREND       CONSUMERS
            ! stripe.errors.dmq                3   1.5      0          ▁█          0
              stripe.payments.inbound         20   250    260          █▁          1
              stripe.subscriptions.inbound     0     0      0          ▁▁          0

            ! stripe.errors.dmq holds 3 dead messages\
            """);
  }

  @Test
  void showsMoreOn120Columns() {
    assertThat(frame(usual(), 120, 24))
        .contains(
            "  QUEUE                         MSGS  IN/S  OUT/S  TREND                     SPOOLED"
                + "  CONSUMERS  UNACKED  OLDEST  STATE");
  }

  @ParameterizedTest
  @CsvSource({"80, 24", "40, 10", "200, 60", "80, 5", "30, 4", "10, 3", "80, 1"})
  void hasNeverMoreLinesThanTheScreen(int width, int height) {
    List<Rows> many = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      many.add(Rows.of("a.queue.with.a.rather.long.name." + i).depth(i % 3).consumers(i % 2));
    }
    WatchState state = watched(reading(many.toArray(Rows[]::new)));
    assertThat(frame(state, width, height)).hasSizeLessThanOrEqualTo(height);
    if (width >= 80) {
      assertThat(frame(state, width, height))
          .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
    }
  }

  @Test
  void keepsQueuesWithProblemsVisibleAndInOrder() {
    List<Rows> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      many.add(Rows.of("q.%02d".formatted(i)));
    }
    many.set(5, Rows.of("q.05").ingressShut());
    many.set(15, Rows.of("q.15").egressShut());
    assertThat(frame(watched(reading(many.toArray(Rows[]::new))), 80, 12))
        .extracting(line -> line.substring(0, Math.min(40, line.length())).stripTrailing())
        .containsExactly(
            "default: 20 queues, 0 messages",
            "",
            "  QUEUE  MSGS  IN/S  OUT/S  TREND",
            "  q.00      0     -      -           ▁",
            "  q.01      0     -      -           ▁",
            "  q.02      0     -      -           ▁",
            "! q.05      0     -      -           ▁",
            "! q.15      0     -      -           ▁",
            "  … 15 more queues; --name shows fewer",
            "",
            "! q.05 ingress is shut, so no message ge",
            "! q.15 egress is shut, so nothing is del");
  }

  @Test
  void showsAnOutageUntilTheBrokerAnswersAgain() {
    WatchState away =
        usual()
            .missed(Rows.NOW.minusSeconds(10), "no answer from http://b:8080")
            .missed(Rows.NOW, "still none");
    assertThat(frame(away, 80, 24))
        .startsWith(
            "default: 3 queues, 23 messages                       03:00:00, every 2s, q quits",
            "No answer for 11s: still none")
        .contains("  stripe.payments.inbound         20     -      -        █▁            1");
    WatchState back = away.answered(away.reading(), Duration.ofSeconds(6));
    assertThat(frame(back, 80, 24)).doesNotContain("No answer for 11s: still none");
  }

  @Test
  void showsThatNoQueueIsLeft() {
    assertThat(frame(watched(reading()), 80, 24)).contains("No matching queue.");
  }

  @Test
  void colorsMarkedRows() {
    WatchState state =
        watched(reading(Rows.of("a").egressShut(), Rows.of("b").depth(1).consumers(0)));
    assertThat(new WatchFrame(new Ink(true), 80, 24, true, ZoneOffset.UTC).lines(state, Rows.NOW))
        .anySatisfy(line -> assertThat(line).startsWith("\u001b[31m! a\u001b[0m"))
        .anySatisfy(line -> assertThat(line).startsWith("\u001b[33m! b\u001b[0m"));
  }

  @Test
  void drawsOneQueueInDetail() {
    Reading.Detail detail =
        new Reading.Detail(
            List.of(
                new QueueFlow(7, "worker/1", "active-consumer", 10, 255, Rows.NOW.minusSeconds(90)),
                new QueueFlow(8, "worker/2", "inactive", 0, 255, Rows.NOW)),
            List.of("orders/>"),
            List.of("a", "b"));
    QueueRow row =
        Rows.of("errors.dmq")
            .dmq()
            .depth(12_345)
            .spooledBytes(2_500_000)
            .oldest(Duration.ofHours(2))
            .discarded(Map.of("maxTtlExpiredDiscardedMsgCount", 2L))
            .row();
    WatchState state = watched(new Reading(Rows.NOW, List.of(row), detail));
    assertThat(String.join("\n", frame(state, 80, 40)))
        .isEqualTo(
            """
            default: 1 queue, 12,345 messages                    03:00:00, every 2s, q quits

            errors.dmq
              messages        12,345, the oldest 2h00m
              unacknowledged  0
              spooled         2.5 MB of 100 MB (2 %)
              ingress         on
              egress          on
              DMQ             errors.dmq
              is the DMQ of   2 queues
              came in         12,345
              redelivered     0
              moved to DMQ    0
              lost to DMQ     0
              discarded       2
              deleted         0
              per second      - in, - out
              trend           █

            CONSUMER  ACTIVE  UNACKED  WINDOW  BOUND FOR
            worker/1  yes          10     255         1m
            worker/2  waits         0     255         1s

            SUBSCRIPTION
            orders/>

            ! errors.dmq holds 12,345 dead messages; has discarded 2 messages: expired\
            """);
    assertThat(frame(state, 80, 10)).hasSize(10).endsWith("… 18 more lines");
  }
}
