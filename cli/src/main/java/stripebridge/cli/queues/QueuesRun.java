package stripebridge.cli.queues;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.CliContext;
import stripebridge.cli.StopRequest;
import stripebridge.cli.admin.AdminFailure;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.OutputFormat;
import stripebridge.cli.output.TerminalStream;
import stripebridge.cli.output.TerminalWidth;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;

/// One run of `queues`: once, or again and again until it is told to stop.
public final class QueuesRun {
  private final CliContext context;
  private final String vpn;
  private final OutputFormat format;
  private final QueueSurvey survey;

  /// @param vpn what `admin` administers
  /// @param one the only queue to show, in detail; null for all that are wanted
  public QueuesRun(
      CliContext context,
      BrokerAdmin admin,
      String vpn,
      OutputFormat format,
      @Nullable String one,
      Predicate<String> wanted) {
    this.context = context;
    this.vpn = vpn;
    this.format = format;
    this.survey = new QueueSurvey(admin, context.clock(), one, wanted);
  }

  /// Prints how the queues are now.
  public void once() throws InterruptedException {
    Reading reading = first();
    if (format == OutputFormat.TABLE) {
      print(reading, null);
    } else {
      new QueueDocument(vpn, reading, null).print(format, context.out());
    }
    note(reading);
  }

  /// Shows how they change, until Ctrl-C, or q on a terminal.
  ///
  /// @param interval from the end of one reading to the next
  public void watch(Duration interval) throws InterruptedException {
    WatchState first = WatchState.first(vpn, interval, first());
    Sampling sampling = new Sampling(survey, context.clock());
    boolean dumb = context.environment().getOrDefault("TERM", "").equals("dumb");
    if (context.terminal() && !dumb && format == OutputFormat.TABLE) {
      draw(first, sampling);
    } else {
      stream(first, sampling);
    }
  }

  private Reading first() throws InterruptedException {
    try {
      return survey.readExisting();
    } catch (BrokerException e) {
      throw AdminFailure.of(e);
    }
  }

  private void draw(WatchState first, Sampling sampling) {
    AtomicBoolean stopped = new AtomicBoolean();
    // Without jline's signals: its default for Ctrl-C ends the process on the spot.
    try (StopRequest.Listening _ = context.stop().onRequest(() -> stopped.set(true));
        Terminal terminal = TerminalBuilder.builder().system(true).nativeSignals(false).build();
        Sampler sampler = new Sampler(sampling, first)) {
      new WatchScreen(terminal, context.out(), context.clock(), new Ink(context.color()))
          .run(sampler.state(), sampler.failure(), stopped::get);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the terminal", e);
    }
  }

  /// For programs and files: one after another, until nobody reads them any more.
  private void stream(WatchState first, Sampling sampling) {
    Thread here = Thread.currentThread();
    CountDownLatch stopped = new CountDownLatch(1);
    Runnable stop =
        () -> {
          stopped.countDown();
          here.interrupt();
        };
    WatchState state = first;
    try (StopRequest.Listening _ = context.stop().onRequest(stop)) {
      print(state);
      while (!context.out().checkError()
          && !stopped.await(state.interval().toMillis(), TimeUnit.MILLISECONDS)) {
        WatchState before = state;
        state = before.after(sampling.take());
        if (state.away() == null) {
          separate();
          print(state);
        }
        tellOfChange(before, state);
      }
    } catch (InterruptedException _) {
      // Whoever runs a command on a thread of theirs stops it so, too.
    }
    // What stopped it may have come after the last thing that could have been interrupted.
    boolean _ = Thread.interrupted();
  }

  private void tellOfChange(WatchState before, WatchState after) {
    WatchState.Away away = after.away();
    if (away != null && before.away() == null) {
      context.err().println("note: no answer since " + away.since() + ": " + away.why());
    } else if (away == null && before.away() != null) {
      context.err().println("note: the broker answers again");
    }
  }

  private void separate() {
    switch (format) {
      case TABLE -> context.out().println();
      case YAML -> context.out().println("---");
      case JSON -> {} // Its lines are enough.
    }
  }

  private void print(WatchState state) throws InterruptedException {
    switch (format) {
      case TABLE -> print(state.reading(), state.history());
      case YAML ->
          new QueueDocument(vpn, state.reading(), state.history()).print(format, context.out());
      case JSON ->
          new QueueDocument(vpn, state.reading(), state.history()).printLine(context.out());
    }
    context.out().flush();
  }

  private void print(Reading reading, @Nullable History history) throws InterruptedException {
    PrintStream out = context.out();
    int width =
        context.terminal() ? TerminalWidth.of(context.environment()) : FittedTable.UNLIMITED;
    QueueText text =
        new QueueText(new Ink(context.color()), width, TerminalStream.showsSymbols(out));
    List<QueueRow> rows = reading.rows();
    Instant now = reading.at();
    Reading.Detail detail = reading.detail();
    if (detail != null) {
      text.detail(rows.getFirst(), detail, now, history).forEach(out::println);
      return;
    }
    text.table(rows, now, history).forEach(out::println);
    List<List<String>> explanations = text.explanations(rows);
    if (!explanations.isEmpty()) {
      out.println();
      explanations.forEach(lines -> lines.forEach(out::println));
    }
  }

  private void note(Reading reading) {
    if (reading.rows().isEmpty()) {
      context.err().println("note: message VPN '" + vpn + "' has no queue of such a name");
    }
  }
}
