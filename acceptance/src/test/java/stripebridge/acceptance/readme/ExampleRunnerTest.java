package stripebridge.acceptance.readme;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;
import stripebridge.cli.CliContext;

class ExampleRunnerTest {
  @TempDir private Path folder;

  private void run(String console) throws Exception {
    ExampleRunner runner = new ExampleRunner(ExampleRunnerTest::program, "README.md", folder);
    for (Example example : Example.in("```console\n" + console + "\n```\n")) {
      runner.run(example);
    }
  }

  /// Prints a variable, its arguments and its input, and then writes to standard error.
  private static int program(String[] args, CliContext context) {
    try {
      context.out().print(context.environment().getOrDefault("GREETING", "hello"));
      context.out().println(" " + String.join(" ", args));
      context.out().print(new String(context.in().readAllBytes(), UTF_8));
      context.err().println("done");
      return args.length > 0 && args[0].equals("fail") ? 3 : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$ stripebridge world\nhello world\ndone",
        "$ GREETING=bye ./stripebridge 'big world'\nbye big world\ndone",
        "$ stripebridge fail\n…\n$ echo $?\n3",
        "$ stripebridge a > out.txt\ndone\n$ stripebridge < out.txt\nhello \nhello a\ndone",
        "$ export GREETING=hi\n$ stripebridge\nhi \ndone",
        "$ GREETING='export GREETING=yo' stripebridge > env\ndone\n"
            + "$ . ./env\n$ stripebridge\nyo \ndone",
      })
  void passesWhenTheOutputIsAsShown(String console) {
    assertThatCode(() -> run(console)).doesNotThrowAnyException();
  }

  @Test
  void writesWhereTheExampleSays() throws Exception {
    run("$ stripebridge a > out.txt\ndone");
    assertThat(folder.resolve("out.txt")).hasContent("hello a\n");
  }

  @Test
  void showsTheActualOutput() {
    assertThatThrownBy(() -> run("$ stripebridge fail\nhello"))
        .hasMessage(
            """
            README.md:2: $ stripebridge fail
            expected exit code 0 and:
              hello
            saw exit code 3 and:
              hello fail
              done
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"$ make test", "$ stripebridge a | jq .", "$ A=1"})
  void listsExamplesItDoesNotRun(String console) {
    assertThatThrownBy(() -> run(console))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("not run here: " + console.substring(2));
  }
}
