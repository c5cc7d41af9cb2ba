package stripebridge.acceptance.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Reads what builders document of the Dockerfile's language.
class DockerfileReaderTest {
  private static ImageConfig config(String... lines) {
    return Dockerfile.parse("FROM scratch\n" + String.join("\n", lines) + "\n").config();
  }

  @Test
  void readsWhatAContainerStartsWith() {
    ImageConfig config =
        config(
            "ENV A=1 B=\"two words\" C='$A'",
            "ENV D=$A-${A} E=${NONE:-none} F=${A:+some} G=\\$A",
            "LABEL title=\"${D}\"",
            "USER 65532:65532",
            "WORKDIR /var",
            "WORKDIR lib",
            "VOLUME [\"/var/lib\"]",
            "EXPOSE 8080 9090/tcp",
            "CMD [\"serve\"]",
            "ENTRYPOINT [\"/bin/app\", \"--quiet\"]",
            "HEALTHCHECK --interval=10s \\",
            "  # between the lines",
            "  CMD [\"/bin/health\"]");

    assertThat(config)
        .isEqualTo(
            new ImageConfig(
                List.of("/bin/app", "--quiet"),
                List.of("serve"),
                Map.of(
                    "A",
                    "1",
                    "B",
                    "two words",
                    "C",
                    "$A",
                    "D",
                    "1-1",
                    "E",
                    "none",
                    "F",
                    "some",
                    "G",
                    "$A"),
                "65532:65532",
                "/var/lib",
                List.of("/var/lib"),
                Set.of(8080, 9090),
                Map.of("title", "1-1"),
                List.of("/bin/health"),
                List.of("--interval=10s")));
  }

  @Test
  void givesAStageWhatItsBaseSays() {
    Dockerfile file =
        Dockerfile.parse(
            """
            # A comment.
            ARG BASE=debian:13.7-slim
            ARG VERSION=1
            FROM ${BASE} AS base
            ENV A=1
            ENTRYPOINT ["/bin/a"]
            CMD ["serve"]
            FROM base
            ARG VERSION
            ARG OTHER=2
            ENV B=$A$VERSION$OTHER
            ENTRYPOINT ["/bin/b"]
            """);

    assertThat(file.stages()).extracting(Dockerfile.Stage::name).containsExactly("base", "");
    assertThat(file.stages())
        .extracting(Dockerfile.Stage::from)
        .containsExactly("debian:13.7-slim", "base");
    assertThat(file.config().env()).isEqualTo(Map.of("A", "1", "B", "112"));
    assertThat(file.config().entrypoint()).containsExactly("/bin/b");
    // A CMD of the base belongs to the ENTRYPOINT of the base.
    assertThat(file.config().cmd()).isEmpty();
  }

  /// An `ARG` before the first `FROM` is seen only where it is declared again.
  @Test
  void hidesGlobalArgumentsFromStages() {
    assertThat(Dockerfile.parse("ARG V=1\nFROM scratch\nENV A=${V:-no}\n").config().env())
        .isEqualTo(Map.of("A", "no"));
  }

  @Test
  void joinsLinesAsTheyAre() {
    Dockerfile file = Dockerfile.parse("FROM scratch\nRUN a,\\\nb \\\n  c\n");
    assertThat(file.lastStage().instructions("RUN"))
        .containsExactly(new Instruction(2, "RUN", List.of(), "a,b   c"));
  }

  @Test
  void readsFlags() {
    Instruction copy =
        Dockerfile.parse("FROM scratch\nCOPY --from=build --chown=1:1 /a /b\n")
            .lastStage()
            .instructions("COPY")
            .getFirst();
    assertThat(copy.flag("from")).hasValue("build");
    assertThat(copy.flag("chmod")).isEmpty();
    assertThat(copy.text()).isEqualTo("/a /b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ENTRYPOINT /bin/app | line 2: ENTRYPOINT /bin/app: is not a JSON array of strings",
        "CMD ['serve'] | line 2: CMD ['serve']: is not a JSON array of strings",
        "HEALTHCHECK CMD a | line 2: HEALTHCHECK CMD a: is not a JSON array of strings",
        "HEALTHCHECK [] | line 2: HEALTHCHECK []: expected CMD [...]",
        "ENV A 1 | line 2: ENV A 1: expected name=value",
        "EXPOSE 53/udp | line 2: EXPOSE 53/udp: expected TCP ports",
        "USER a b | line 2: USER a b: expected one word",
        "ONBUILD RUN a | line 2: ONBUILD RUN a: this reader does not know the instruction",
        "RUN cat <<E | line 2: RUN cat <<E: here-documents are not known to every builder",
        "FROM a b | line 2: FROM a b: expected FROM image [AS name]",
        "ENV A=\"1 | line 2: ENV A=\"1: a quote is not closed",
        "RUN a \\ | line 2: the last line continues",
      },
      quoteCharacter = '~')
  void refusesWhatItDoesNotKnow(String line, String problem) {
    assertThatThrownBy(() -> Dockerfile.parse("FROM scratch\n" + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(problem);
  }

  @Test
  void refusesAFileWithoutAStage() {
    assertThatThrownBy(() -> Dockerfile.parse("ARG A=1\n"))
        .hasMessage("the Dockerfile has no FROM");
    assertThatThrownBy(() -> Dockerfile.parse("# escape=`\nFROM scratch\n"))
        .hasMessage("line 1: this reader knows no other escape character");
  }

  @Test
  void readsOurs() throws Exception {
    ImageConfig config = Dockerfile.ofProject().config();
    assertThat(config.entrypoint()).containsExactly("/opt/stripebridge/bin/stripebridge");
    assertThat(config.cmd()).containsExactly("serve");
    assertThat(config.workdir()).isEqualTo("/var/lib/stripebridge");
    assertThat(config.volumes()).containsExactly("/var/lib/stripebridge");
    assertThat(config.env()).containsEntry("LANG", "C.UTF-8");
  }
}
