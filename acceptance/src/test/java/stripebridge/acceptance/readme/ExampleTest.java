package stripebridge.acceptance.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExampleTest {

  @Test
  void isACommandOfAConsoleBlockWithItsAnswer() {
    assertThat(
            Example.in(
                """
                # Tour

                ```sh
                $ not this
                ```

                ```console
                $ stripebridge one
                $ stripebridge two \\
                    --with more
                a

                  b
                ```
                $ nor this

                ```console
                $ stripebridge three
                ```
                """))
        .containsExactly(
            new Example(8, "stripebridge one", List.of(), 0),
            new Example(9, "stripebridge two --with more", List.of("a", "", "  b"), 0),
            new Example(18, "stripebridge three", List.of(), 0));
  }

  @Test
  void showsTheExitCodeThatIsExpected() {
    assertThat(
            Example.in(
                """
                ```console
                $ stripebridge check
                different
                $ echo $?
                3
                $ stripebridge next
                ```
                """))
        .containsExactly(
            new Example(2, "stripebridge check", List.of("different"), 3),
            new Example(6, "stripebridge next", List.of(), 0));
  }

  @Test
  void startsWithACommand() {
    assertThatThrownBy(() -> Example.in("```console\nstripebridge one\n```\n"))
        .hasMessage("line 2: a console block starts with a command, after '$ '");
  }
}
