package stripebridge.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The rows of one benchmark, in the order in which they are printed. `-Dbench.only=relay,ack` runs
/// only these, and `-Drounds=1` makes it a quick try.
public final class Rows {
  /// How often each side of a comparison takes its turn.
  public static final int ROUNDS = rounds();

  private static final String ONLY = "bench.only";

  private final Set<String> wanted;
  private final Set<String> known = new TreeSet<>();
  private boolean isPassed = true;

  private Rows(Set<String> wanted) {
    this.wanted = wanted;
  }

  /// One measurement. It prints its figures and returns whether its promise is kept.
  @FunctionalInterface
  public interface Row {
    boolean measure() throws Exception;
  }

  /// The rows that the command line asks for.
  public static Rows ofCommandLine() {
    List<String> names =
        Arrays.stream(System.getProperty(ONLY, "").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .toList();
    return new Rows(new TreeSet<>(names));
  }

  /// Measures a row, unless others are asked for.
  public void run(String name, Row row) throws Exception {
    known.add(name);
    if (wanted.isEmpty() || wanted.contains(name)) {
      isPassed &= row.measure();
    }
  }

  /// The exit code of the benchmark: 1 when a promise is missed. Rows that were asked for and are
  /// not here may be in another benchmark of the same run.
  public int exitCode() {
    Set<String> unknown = new TreeSet<>(wanted);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      System.out.printf(
          "  -D%s names %s, which is not here; the rows here are %s%n",
          ONLY, String.join(", ", unknown), String.join(", ", known));
    }
    return isPassed ? 0 : 1;
  }

  private static int rounds() {
    int rounds = Integer.getInteger("rounds", 5);
    if (rounds < 1 || rounds % 2 == 0) {
      throw new IllegalArgumentException(
          "-Drounds=" + rounds + ": a median needs an odd number of rounds, such as 1, 3 or 5");
    }
    return rounds;
  }
}
