package stripebridge.acceptance.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stripebridge.acceptance.Project;

/// Checks the pipelines of `docs/ci.md`, and shows that each rule finds a violation. [ReadmeTest]
/// runs their commands.
class CiPageTest {
  private static final String ARCHIVE = "stripebridge-1.2.3.tar.gz";

  @TempDir private Path folder;

  private static String text() throws IOException {
    return Files.readString(Project.root().resolve("docs/ci.md"));
  }

  @Test
  void holds() throws IOException {
    assertThat(new CiPage(text()).violations()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "run: tools/bin/stripebridge provision --yes | run: tools/bin/stripebridge provision --yse"
            + " | no console block runs: stripebridge provision --yse",
        "--admin-url http://bridge-1.internal:9090 | --admin http://bridge-1.internal:9090"
            + " | no console block runs: stripebridge validate --with-consumers"
            + " --report junit=validate.xml --admin http://bridge-1.internal:9090",
        "$STRIPEBRIDGE provision --yes | $STRIPEBRIDGE provision --prune"
            + " | no console block runs: stripebridge provision --prune",
        "sh 'tools/stripebridge provision --yes' | sh 'tools/stripebridge apply'"
            + " | no console block runs: stripebridge apply",
        "SOLACE_VPN: ${{ vars.SOLACE_VPN }} | SOLACE_VNP: ${{ vars.SOLACE_VNP }}"
            + " | SOLACE_VNP: stripebridge has no such setting",
        "${{ secrets.SOLACE_PASSWORD }} | ${{ vars.SOLACE_PASSWORD }}"
            + " | SOLACE_PASSWORD must be a secret",
        "${{ vars.SOLACE_HOST }} | ${{ secrets.SOLACE_HOST }} | SOLACE_HOST must not be a secret",
        "${{ vars.SOLACE_HOST }} | ${{ vars.BROKER }}"
            + " | SOLACE_HOST is ${{ vars.BROKER }}: expected a reference of its name",
        "    needs: topology |     needs: topologie"
            + " | job broker needs topologie, which does not exist",
        "    timeout-minutes: 10 |     timeout-minuts: 10"
            + " | job validate has the unknown key timeout-minuts;"
            + " job validate needs runs-on: and timeout-minutes:",
        "actions/upload-artifact@v4 | actions/upload-artifact"
            + " | job topology uses actions/upload-artifact without a version",
        "          path: validate.xml |           path: report.xml"
            + " | job topology writes validate.xml and does not keep it",
        "      junit: validate.xml |       junit: report.xml"
            + " | job topology writes validate.xml and does not report it",
        "  stage: check |   stage: chekc | job topology has no stage of stages:",
        "  resource_group: broker |   resource-group: broker"
            + " | job apply has the unknown key resource-group",
        "post { always { junit 'validate.xml' } } | post { always { junit 'x.xml' } }"
            + " | the Jenkinsfile does not read the report that it writes",
        "SOLACE_PASSWORD_FILE = credentials | SOLACE_PASSWORD = credentials"
            + " | SOLACE_PASSWORD: secrets are credentials, by their files",
        "when { branch 'main' } | when { branch 'main'"
            + " | the Jenkinsfile has braces that are not closed",
      })
  void finds(String piece, String other, String violations) throws IOException {
    int at = text().indexOf(piece);
    assertThat(at).isNotNegative();
    String planted = text().substring(0, at) + other + text().substring(at + piece.length());
    assertThat(String.join("; ", new CiPage(planted).violations())).isEqualTo(violations);
  }

  /// As a pipeline does, from an artefact store that is a folder.
  @Test
  void getsAnArchive() throws Exception {
    assumeTrue(run(Map.of(), "curl", "--version") == 0, "no curl is on the PATH");
    Path store = Files.createDirectories(folder.resolve("store"));
    Path archive = Files.createDirectories(folder.resolve("stripebridge-1.2.3/bin"));
    Path launcher =
        Files.writeString(
            archive.resolve("stripebridge"), "#!/bin/sh\nprintf '%s\\n' \"$*\" >called\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    assertThat(run(Map.of(), "tar", "-czf", "store/" + ARCHIVE, "stripebridge-1.2.3")).isZero();
    assertThat(run(Map.of(), "sh", "-c", "cd store && sha256sum * >SHA256SUMS")).isZero();
    Map<String, String> variables = Map.of("ARTIFACTS", store.toUri() + "/", "VERSION", "1.2.3");
    String lines = new CiPage(text()).blocks("sh").getFirst();

    assertThat(run(variables, "sh", "-euc", lines)).as(lines).isZero();
    assertThat(folder.resolve("called")).hasContent("setup --accept-licence\n");

    Files.delete(folder.resolve("called"));
    Files.writeString(store.resolve(ARCHIVE), "another archive");
    assertThat(run(variables, "sh", "-euc", lines)).isNotZero();
    assertThat(log()).contains(ARCHIVE + ": FAILED");
    assertThat(folder.resolve("called")).doesNotExist();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private int run(Map<String, String> variables, String... command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile());
    builder.environment().putAll(variables);
    builder.environment().put("LC_ALL", "C");
    try {
      Process process = builder.start();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", command) + " does not end");
      }
      return process.exitValue();
    } catch (IOException e) {
      return -1;
    }
  }
}
