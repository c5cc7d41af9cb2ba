package stripebridge.cli.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import stripebridge.cli.messages.MessageFacts;
import stripebridge.cli.messages.MessageJsonReader;
import stripebridge.cli.output.PrivateFile;
import stripebridge.core.broker.QueueAccess.Delivery;
import stripebridge.core.broker.QueueMessage;

/// Reads a file that `drain` wrote, and never changes it. A file of the same name with the suffix
/// `.redriven` lists the numbers of the lines that were redriven, so that a second run publishes
/// only the others.
final class DrainedFile implements RedriveSource {
  private static final String DONE = ".redriven";
  private static final int MESSAGES_MAX = 1_000;
  private static final int BYTES_MAX = 8 * 1024 * 1024;

  private final Predicate<QueueMessage> wanted;
  private final BitSet done;
  private final InputStream lines;
  private final @Nullable PrivateFile doneLines;
  private final StringBuilder newlyDone = new StringBuilder();
  private final List<String> unreadable = new ArrayList<>();
  private int number;

  private DrainedFile(
      Predicate<QueueMessage> wanted,
      BitSet done,
      InputStream lines,
      @Nullable PrivateFile doneLines) {
    this.wanted = wanted;
    this.done = done;
    this.lines = lines;
    this.doneLines = doneLines;
  }

  /// Opens a file to redrive, and locks it against another redrive.
  ///
  /// @throws IOException when it cannot be read, or another process redrives it
  static DrainedFile open(Path file, Predicate<QueueMessage> wanted) throws IOException {
    InputStream lines = new BufferedInputStream(Files.newInputStream(file));
    try {
      PrivateFile doneLines = PrivateFile.append(done(file));
      // Read only now: the lock keeps other processes from adding lines.
      return new DrainedFile(wanted, doneLines(file), lines, doneLines);
    } catch (IOException e) {
      lines.close();
      throw e;
    }
  }

  /// Opens a file to read only.
  static DrainedFile openReadOnly(Path file, Predicate<QueueMessage> wanted) throws IOException {
    return new DrainedFile(
        wanted, doneLines(file), new BufferedInputStream(Files.newInputStream(file)), null);
  }

  private static Path done(Path file) {
    return file.resolveSibling(file.getFileName() + DONE);
  }

  private static BitSet doneLines(Path file) throws IOException {
    BitSet done = new BitSet();
    try {
      for (String line : Files.readAllLines(done(file), UTF_8)) {
        // A kill can cut a number short. Its line may then be redriven again.
        if (line.endsWith(".")) {
          done.set(Integer.parseInt(line.substring(0, line.length() - 1)));
        }
      }
    } catch (NoSuchFileException _) {
      // Nothing is redriven yet.
    } catch (NumberFormatException e) {
      throw new IOException("'" + done(file) + "' is not a list of line numbers", e);
    }
    return done;
  }

  /// How many lines were redriven before.
  int doneBefore() {
    return done.cardinality();
  }

  /// The lines that could not be read so far: `line 7: it is not a JSON object`.
  List<String> unreadable() {
    return unreadable;
  }

  @Override
  public List<Delivery> next(long most) throws IOException {
    List<Delivery> batch = new ArrayList<>();
    long bytes = 0;
    while (batch.size() < Math.min(most, MESSAGES_MAX) && bytes < BYTES_MAX) {
      byte[] line = line();
      if (line == null) {
        break;
      }
      if (line.length == 0 || done.get(number)) {
        continue;
      }
      try {
        QueueMessage message = MessageJsonReader.read(line);
        if (wanted.test(message)) {
          String from = MessageFacts.field(line, "drained_from").orElse("");
          batch.add(new Line(this, number, message, from));
          bytes += line.length;
        }
      } catch (MessageJsonReader.Unreadable e) {
        unreadable.add("line " + number + ": " + e.getMessage());
      }
    }
    return batch;
  }

  private byte @Nullable [] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = lines.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      line.write(next);
      next = lines.read();
    }
    number++;
    return line.toByteArray();
  }

  private record Line(DrainedFile file, int number, QueueMessage message, String from)
      implements Delivery {
    @Override
    public void acknowledge() {
      file.newlyDone.append(number).append(".\n");
    }

    @Override
    public void reject() {
      throw new UnsupportedOperationException("a line of a file cannot be rejected");
    }
  }

  @Override
  public String from(Delivery delivery) {
    return delivery instanceof Line line ? line.from() : "";
  }

  @Override
  public void flush() throws IOException {
    if (doneLines != null) {
      doneLines.write(newlyDone.toString().getBytes(UTF_8));
      doneLines.force();
    }
    newlyDone.setLength(0);
  }

  @Override
  public void close() throws IOException {
    try (lines) {
      if (doneLines != null) {
        doneLines.close();
      }
    }
  }
}
