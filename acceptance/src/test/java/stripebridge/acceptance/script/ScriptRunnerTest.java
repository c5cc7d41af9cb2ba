package stripebridge.acceptance.script;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;
import stripebridge.acceptance.Project;
import stripebridge.cli.CliContext;

/// Runs scripts against a program controlled by its arguments.
class ScriptRunnerTest {
  @TempDir private Path work;

  private void run(String script) throws InterruptedException {
    run(script, Duration.ofSeconds(20));
  }

  private void run(String script, Duration deadline) throws InterruptedException {
    new ScriptRunner(ScriptRunnerTest::program, Project.root(), work, deadline)
        .run(Script.parse("a.script", script));
  }

  private static int program(String[] args, CliContext context) {
    return switch (args[0]) {
      case "say" -> {
        context.out().println(String.join(" ", Arrays.asList(args).subList(1, args.length)));
        yield 0;
      }
      case "fail" -> {
        context.err().println("error: as asked");
        yield Integer.parseInt(args[1]);
      }
      case "echo" -> {
        try {
          context.out().print(new String(context.in().readAllBytes(), UTF_8));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        yield 0;
      }
      case "environment" -> {
        context.out().println(new TreeMap<>(context.environment()));
        yield 0;
      }
      case "time" -> {
        context.out().println(context.clock().instant());
        yield 0;
      }
      case "serve" -> {
        context.out().println("listening on port 4711");
        try {
          new CountDownLatch(1).await();
          yield 0;
        } catch (InterruptedException _) {
          context.err().println("stopped");
          yield 130;
        }
      }
      default -> throw new IllegalStateException("planted bug");
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        exec stripebridge say hello
        stdout '^hello$'
        ! stdout 'bye'
        ! stderr .
        exit 0
        """,
        """
        ! exec stripebridge fail 3
        exit 3
        stderr '^error: as asked$'
        ! stdout .
        """,
        """
        exit 4 exec stripebridge fail 4
        """,
        """
        stdin in.txt
        exec stripebridge echo
        cmp stdout in.txt
        -- in.txt --
        one
        two
        """,
        """
        # Standard input is for one command only.
        stdin in.txt
        exec stripebridge echo
        exec stripebridge echo
        ! stdout .
        -- in.txt --
        a
        """,
        """
        env A=1
        env B=
        exec stripebridge environment
        stdout '^\\{A=1, B=\\}$'
        """,
        """
        exec stripebridge environment
        stdout '^\\{\\}$'
        """,
        """
        clock 2026-07-01T12:00:00Z
        exec stripebridge time
        stdout '^2026-07-01T12:00:00Z$'
        """,
        """
        exec stripebridge say hi
        cp stdout a/b.txt
        exists a/b.txt $WORK/a
        ! exists c
        -- a/x --
        """,
        """
        mkdir a/b
        cp in.txt a/b
        cmp a/b/in.txt in.txt
        ! cmp in.txt other.txt
        -- in.txt --
        x
        -- other.txt --
        y
        """,
        """
        exists $ROOT/pom.xml
        """,
        """
        exec stripebridge say port 99
        stdout 'port (?<PORT>\\d+)'
        exec stripebridge say $PORT
        stdout ^99$
        """,
        """
        exec stripebridge serve &it
        await it stdout 'port (?<PORT>\\d+)'
        stop it
        exit 130
        stderr '^stopped$'
        exec stripebridge say $PORT
        stdout ^4711$
        """,
        """
        exec stripebridge fail 3 &it
        exit 3 wait it
        stderr 'as asked'
        """,
      })
  void passes(String script) {
    assertThatCode(() -> run(script)).doesNotThrowAnyException();
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            "# why\nexec stripebridge fail 3",
            """
            a.script:2: exec stripebridge fail 3
            expected exit code 0
            saw exit code 3
              stdout: empty
              stderr:
                error: as asked\
            """),
        Arguments.of(
            "! exec stripebridge say hi",
            """
            a.script:1: ! exec stripebridge say hi
            expected an exit code other than 0
            saw exit code 0
              stdout:
                hi
              stderr: empty\
            """),
        Arguments.of(
            "exit 4 exec stripebridge fail 5",
            """
            a.script:1: exit 4 exec stripebridge fail 5
            expected exit code 4
            saw exit code 5
              stdout: empty
              stderr:
                error: as asked\
            """),
        Arguments.of(
            "exec stripebridge say hi\n\nstdout 'bye'",
            """
            a.script:3: stdout 'bye'
            expected a match in stdout
            saw stdout:
                hi\
            """),
        Arguments.of(
            "exec stripebridge say hi\n! stdout hi",
            """
            a.script:2: ! stdout hi
            expected no match in stdout
            saw stdout:
                hi\
            """),
        Arguments.of(
            "exec stripebridge say hi\ncmp stdout in.txt\n-- in.txt --\nbye\n",
            """
            a.script:2: cmp stdout in.txt
            expected stdout and in.txt to be the same
            saw they differ from line 1 on
              stdout:
                hi
              in.txt:
                bye\
            """),
        Arguments.of("exists a", "a.script:1: exists a\nexpected a to exist\nsaw it does not"),
        Arguments.of(
            "! exists a\n-- a --\n",
            "a.script:1: ! exists a\nexpected a not to exist\nsaw it does"),
        Arguments.of(
            "! cmp a a\n-- a --\n",
            "a.script:1: ! cmp a a\nexpected a and a to differ\nsaw they are the same"),
        Arguments.of(
            "exec stripebridge fail 3 &it\nwait it",
            """
            a.script:2: wait it
            expected exit code 0
            saw exit code 3
              stdout: empty
              stderr:
                error: as asked\
            """),
        Arguments.of(
            "exec stripebridge fail 3 &it\nawait it stderr 'listening'",
            """
            a.script:2: await it stderr 'listening'
            expected a match in its stderr
            saw none before it ended, or within PT20S
              stdout: empty
              stderr:
                error: as asked\
            """),
        Arguments.of(
            "exec stripebridge serve &it",
            """
            a.script:1: exec stripebridge serve &it
            expected [it] to be ended by a line 'wait' or 'stop'
            saw it was still running at the end of the script\
            """),
        Arguments.of(
            "exec stripebridge bug",
            """
            a.script:1: exec stripebridge bug
            the program threw, instead of returning an exit code: \
            java.lang.IllegalStateException: planted bug\
            """));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void saysWhatWasExpectedAndSeen(String script, String message) {
    assertThatThrownBy(() -> run(script)).isInstanceOf(ScriptFailure.class).hasMessage(message);
  }

  @Test
  void endsACommandThatHangs() {
    assertThatThrownBy(() -> run("exec stripebridge serve", Duration.ofMillis(200)))
        .hasMessageStartingWith(
            """
            a.script:1: exec stripebridge serve
            expected the end of the command
            saw it was still running after PT0.2S
              stdout:\
            """);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of("exce stripebridge", "there is no directive 'exce'"),
        Arguments.of("!", "there is no directive ''"),
        Arguments.of("exec cat a", "exec runs only stripebridge"),
        Arguments.of("stdout a", "no command has run yet"),
        Arguments.of("stdout a b", "one word is expected here, not 2"),
        Arguments.of("exists", "exists FILE…"),
        Arguments.of("! mkdir a", "'!' has no meaning before mkdir"),
        Arguments.of("exit 3 cp a b", "only exec and wait take an exit code"),
        Arguments.of("exit x exec stripebridge say", "an exit code is a number, not 'x'"),
        Arguments.of("stdin a", "there is no file a"),
        Arguments.of("env A", "env NAME=value"),
        Arguments.of("wait it", "no background command is named 'it'"),
        Arguments.of("skip if exists a", "skip unless exists FILE 'why'"),
        Arguments.of(
            "exit 3 exec stripebridge serve &it",
            "a background command has no exit code yet; check it with 'wait'"),
        Arguments.of("stdout '", "a quote is not closed"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void refusesAScriptThatMakesNoSense(String line, String why) {
    String message = "a.script:1: %s\n%s".formatted(line, why);
    if (line.startsWith("stdout a b")) {
      assertThatThrownBy(() -> run("exec stripebridge say\n" + line)).hasMessageContaining(why);
    } else {
      assertThatThrownBy(() -> run(line)).hasMessage(message);
    }
  }

  @Test
  void refusesTwoFilesOfOneName() {
    assertThatThrownBy(() -> run("-- a --\n-- a --\n"))
        .hasMessage("a.script:2: the script has two files named a");
  }

  @Test
  void skipsWithAReason() {
    assertThatThrownBy(() -> run("skip unless exists nothing 'it is not there'\nexec cat"))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("it is not there");
  }

  @ParameterizedTest
  @EnumSource
  void isDescribedInTheReadme(Directive directive) throws IOException {
    assertThat(Files.readString(Project.root().resolve("acceptance/README.md")))
        .containsPattern("(?m)^\\| .*`(! )?" + directive.word() + "\\b");
  }
}
