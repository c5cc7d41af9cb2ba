package stripebridge.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final List<Table.Column> COLUMNS =
      List.of(
          new Table.Column("QUEUE", 0, false),
          new Table.Column("MSGS", 1, true),
          new Table.Column("DMQ", 2, false));

  private static String printed(Table table) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    table.print(new PrintStream(out, true, UTF_8));
    return out.toString(UTF_8);
  }

  @Test
  void alignsWideCharacters() {
    Table table = new Table("NAME", "STATE", "WHY");
    table.row("支払い", "waiting", "");
    table.row("😀", "due", "결제");
    table.row("plain", "parked", "x");
    assertThat(printed(table))
        .isEqualTo(
            """
            NAME    STATE    WHY
            支払い  waiting
            😀      due      결제
            plain   parked   x
            """);
  }

  @Test
  void dropsTheHighestRankAndShortensTheFirstColumn() {
    Table table = new Table(COLUMNS, /* unicode= */ true);
    table.row("stripe.支払い.subscriptions.inbound", "12", "stripe.errors.dmq");
    assertThat(table.lines(40, new Ink(false)))
        .containsExactly("QUEUE                       MSGS", "stripe.支払い…ions.inbound    12");
    assertThat(table.lines(Table.UNLIMITED, new Ink(false)))
        .containsExactly(
            "QUEUE                                MSGS  DMQ",
            "stripe.支払い.subscriptions.inbound    12  stripe.errors.dmq");
  }

  @Test
  void paintsTheFirstCellWithoutItsPadding() {
    Table table = new Table(COLUMNS, /* unicode= */ true);
    Ink ink = new Ink(true);
    table.row(ink::red, List.of("q", "1", ""));
    assertThat(table.lines(80, ink)).last().isEqualTo("\u001b[31mq\u001b[0m         1");
  }

  @Test
  void refusesARowWithTooFewCells() {
    Table table = new Table("A", "B");
    assertThatThrownBy(() -> table.row("a")).isInstanceOf(IllegalArgumentException.class);
  }
}
