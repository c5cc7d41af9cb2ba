package stripebridge.core.finding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.Golden;
import stripebridge.core.topology.model.FindingKind;

/// `docs/reference/findings.md` matches the kinds of findings; `make golden` regenerates it.
class FindingDocumentsTest {
  @Test
  void listEveryKind() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Findings

            What `stripebridge provision` says about a topology beside the plan. A **warning** is
            a way to lose messages in silence, or to deliver none; a **note** is worth knowing.
            With `--strict` each of them fails the run, unless `topology.yaml` accepts it, with
            the reason:

            ```yaml
            accept:
              audit-only: nobody works on payouts yet
            ```

            Objects are judged as they will be once the topology is applied: what the file says,
            else what the broker has, else what SEMP takes by default.
            """);
    for (FindingKind.Severity severity : FindingKind.Severity.values()) {
      page.append("\n## ")
          .append(severity == FindingKind.Severity.WARNING ? "Warnings" : "Notes")
          .append("\n\n| id | what it is | fix |\n| --- | --- | --- |\n");
      for (FindingKind kind : FindingKind.values()) {
        if (kind.severity() == severity) {
          page.append("| `%s` | %s | %s |\n".formatted(kind.id(), kind.meaning(), kind.fix()));
        }
      }
    }
    Golden.compare("docs/reference/findings.md", page.toString());
  }

  @Test
  void haveAnIdThatLeadsBackToItsKind() {
    assertThat(FindingKind.values())
        .allSatisfy(kind -> assertThat(FindingKind.of(kind.id())).contains(kind));
    assertThat(FindingKind.ids()).doesNotHaveDuplicates();
  }
}
