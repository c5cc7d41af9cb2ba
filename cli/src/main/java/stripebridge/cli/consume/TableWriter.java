package stripebridge.cli.consume;

import java.io.PrintStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.messages.MessageFacts;
import stripebridge.cli.output.DisplayWidth;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.Table;
import stripebridge.core.broker.MessageContent;
import stripebridge.core.broker.QueueMessage;

/// Prints a row per message as it arrives. The columns have fixed widths, because later messages
/// are not known yet.
final class TableWriter implements MessageWriter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int TIME_WIDTH = 11;
  private static final int TRIES_WIDTH = 3;
  // The longest of the routed event types. A Stripe event id then still fits in 80 columns.
  private static final int ABOUT_WIDTH = 29;
  private static final String GAP = "  ";
  private static final int ID_MIN = 12;
  private static final int ID_FROM = TIME_WIDTH + TRIES_WIDTH + ABOUT_WIDTH + 3 * GAP.length();

  private final VisibleText visible;
  private final Ink ink;
  private final int width;
  private final char ellipsis;
  private boolean isBegun;

  /// @param width of the terminal, where longer cells are cut; [Table#UNLIMITED] elsewhere
  /// @param unicode whether the terminal can show an ellipsis of one character
  TableWriter(VisibleText visible, Ink ink, int width, boolean unicode) {
    this.visible = visible;
    this.ink = ink;
    this.width = width;
    this.ellipsis = Table.ellipsis(unicode);
  }

  @Override
  public void write(QueueMessage message, PrintStream out) {
    if (!isBegun) {
      isBegun = true;
      out.println(ink.bold(row("TIME (UTC)", "TRY", "EVENT TYPE OR TOPIC", "ID")));
    }
    MessageContent content = message.content();
    String time = MessageFacts.since(content).map(TIME::format).orElse("-");
    String about =
        MessageFacts.of(content, "event_type").orElseGet(content.destination()::toString);
    out.println(row(time, tries(message), about, id(message)));
  }

  private String row(String time, String tries, String about, String id) {
    return DisplayWidth.padded(time, TIME_WIDTH)
        + GAP
        + DisplayWidth.paddedLeft(tries, TRIES_WIDTH)
        + GAP
        + DisplayWidth.padded(cut(visible.line(about), ABOUT_WIDTH), ABOUT_WIDTH)
        + GAP
        + cut(visible.line(id), Math.max(ID_MIN, width - ID_FROM));
  }

  private String cut(String text, int columns) {
    return width == Table.UNLIMITED ? text : DisplayWidth.cut(text, columns, ellipsis);
  }

  /// The delivery count; where the queue does not count, whether the message was redelivered.
  private static String tries(QueueMessage message) {
    OptionalInt count = message.deliveryCount();
    if (count.isPresent()) {
      return Integer.toString(count.getAsInt());
    }
    return message.isRedelivered() ? ">1" : "1";
  }

  private static String id(QueueMessage message) {
    @Nullable String id = message.content().applicationMessageId();
    return id != null ? id : message.id() != null ? message.id() : "-";
  }
}
