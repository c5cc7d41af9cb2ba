package stripebridge.cli.provision;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import stripebridge.cli.output.Ink;
import stripebridge.cli.output.Wrapped;
import stripebridge.core.finding.Finding;
import stripebridge.core.topology.model.FindingKind;

/// Prints findings for people: each kind once, with its places and how to fix it.
final class FindingText {
  // A thousand queues can have the same mistake.
  private static final int SHOWN_MAX = 5;

  private final Ink ink;
  private final PrintStream out;

  FindingText(Ink ink, PrintStream out) {
    this.ink = ink;
    this.out = out;
  }

  /// Prints the findings that are not accepted, and the ids of the accepted ones.
  void print(List<Finding> findings) {
    Map<FindingKind, List<Finding>> open = new EnumMap<>(FindingKind.class);
    List<String> accepted = new ArrayList<>();
    for (Finding finding : findings) {
      if (!finding.isAccepted()) {
        open.computeIfAbsent(finding.kind(), _ -> new ArrayList<>()).add(finding);
      } else if (!accepted.contains(finding.kind().id())) {
        accepted.add(finding.kind().id());
      }
    }
    if (!open.isEmpty()) {
      out.println();
    }
    open.forEach(this::kind);
    if (!accepted.isEmpty()) {
      out.println("Findings accepted: " + String.join(", ", accepted) + ".");
    }
  }

  private void kind(FindingKind kind, List<Finding> findings) {
    String label = kind.severity().word() + " " + kind.id() + ":";
    boolean isWarning = kind.severity() == FindingKind.Severity.WARNING;
    List<String> lines = Wrapped.lines(label + " ", "  ", kind.meaning());
    String first = lines.getFirst().substring(label.length());
    out.println((isWarning ? ink.yellow(label) : ink.cyan(label)) + first);
    lines.stream().skip(1).forEach(out::println);
    findings.stream()
        .limit(SHOWN_MAX)
        .forEach(
            finding -> Wrapped.lines("  - ", "    ", finding.sentence()).forEach(out::println));
    if (findings.size() > SHOWN_MAX) {
      out.println("  - and " + (findings.size() - SHOWN_MAX) + " more");
    }
    Wrapped.lines("  fix: ", "       ", kind.fix()).forEach(out::println);
  }
}
