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
import stripebridge.cli.output.Table;
import stripebridge.cli.output.TerminalStream;
import stripebridge.cli.output.TerminalWidth;
import stripebridge.core.broker.BrokerAdmin;
import stripebridge.core.broker.BrokerException;

/// One run of `queues`: once, or repeatedly until a stop is requested.
public final class QueuesRun {
  private final CliContext context;
  private final String vpn;
  private final OutputFormat format;
  private final QueueSurvey survey;

  /// Prepares one run.
  ///
  /// @param vpn the message VPN that `admin` administers
  /// @param one the only queue to show, in detail; null for all wanted queues
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

  /// Prints the current state.
  public void once() throws InterruptedException {
    Reading reading = first();
    if (format == OutputFormat.TABLE) {
      print(reading, null);
    } else {
      new QueueDocument(vpn, reading, null).print(format, context.out());
    }
    note(reading);
  }

  /// Keeps showing the state, until Ctrl-C, or q on a terminal.
  ///
  /// @param interval from the end of one reading to the next
  public void watch(Duration interval) throws InterruptedException {
    WatchState first = WatchState.first(vpn, interval, first());
    boolean dumb = context.environment().getOrDefault("TERM", "").equals("dumb");
    if (context.terminal() && !dumb && format == OutputFormat.TABLE) {
      draw(first);
    } else {
      stream(first);
    }
  }

  private Reading first() throws InterruptedException {
    try {
      return survey.readExisting();
    } catch (BrokerException e) {
      throw AdminFailure.of(e);
    }
  }

  private void draw(WatchState first) {
    AtomicBoolean stopped = new AtomicBoolean();
    // Without jline's signals, whose default for Ctrl-C ends the process at once.
    try (StopRequest.Listening _ = context.stop().onRequest(() -> stopped.set(true));
        Terminal terminal = TerminalBuilder.builder().system(true).nativeSignals(false).build();
        Sampler sampler = new Sampler(survey, context.clock(), first).start()) {
      new WatchScreen(terminal, context.out(), context.clock(), new Ink(context.color()))
          .run(sampler.state(), sampler.failure(), stopped::get);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the terminal", e);
    }
  }

  /// Prints one reading after another, for programs and files, until the reader is gone.
  private void stream(WatchState first) {
    Thread here = Thread.currentThread();
    CountDownLatch stopped = new CountDownLatch(1);
    Runnable stop =
        () -> {
          stopped.countDown();
          here.interrupt();
        };
    WatchState state = first;
    try (StopRequest.Listening _ = context.stop().onRequest(stop);
        Sampler sampler = new Sampler(survey, context.clock(), first)) {
      print(state);
      while (!context.out().checkError()
          && !stopped.await(state.interval().toMillis(), TimeUnit.MILLISECONDS)) {
        WatchState before = state;
        state = sampler.sample();
        if (state.outage() == null) {
          separate();
          print(state);
        }
        noteChange(before, state);
      }
    } catch (InterruptedException _) {
      // A caller that runs the command on its own thread stops it by an interrupt.
    }
    // The interrupt may have come after the last interruptible call.
    boolean _ = Thread.interrupted();
  }

  private void noteChange(WatchState before, WatchState after) {
    WatchState.Outage outage = after.outage();
    if (outage != null && before.outage() == null) {
      context.err().println("note: no answer since " + outage.since() + ": " + outage.why());
    } else if (outage == null && before.outage() != null) {
      context.err().println("note: the broker answers again");
    }
  }

  private void separate() {
    switch (format) {
      case TABLE -> context.out().println();
      case YAML -> context.out().println("---");
      case JSON -> {} // One line per reading.
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
    int width = context.terminal() ? TerminalWidth.of(context.environment()) : Table.UNLIMITED;
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
      context.err().println("note: message VPN '" + vpn + "' has no matching queue");
    }
  }
}
