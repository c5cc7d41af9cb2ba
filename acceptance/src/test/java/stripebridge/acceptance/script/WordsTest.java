package stripebridge.acceptance.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static List<String> split(String line) {
    return Words.split(line, Map.of("WORK", "/tmp/a b", "PORT", "8080"));
  }

  @Test
  void endAtBlanks() {
    assertThat(split("  exec  stripebridge\t--version "))
        .containsExactly("exec", "stripebridge", "--version");
    assertThat(split("")).isEmpty();
  }

  @Test
  void keepWhatIsQuoted() {
    assertThat(split("stdout 'a  $WORK # b'")).containsExactly("stdout", "a  $WORK # b");
    assertThat(split("stdout 'it''s'")).containsExactly("stdout", "it's");
    assertThat(split("env A='b c'd ''")).containsExactly("env", "A=b cd", "");
  }

  @Test
  void holdTheValuesOfVariables() {
    assertThat(split("cp $WORK/x http://localhost:${PORT}0"))
        .containsExactly("cp", "/tmp/a b/x", "http://localhost:80800");
    assertThatThrownBy(() -> split("cp $NOWHERE x")).hasMessage("nothing has set $NOWHERE");
  }

  @Test
  void endBeforeAComment() {
    assertThat(split("mkdir a#b # why")).containsExactly("mkdir", "a#b");
  }

  @Test
  void needTheirClosingQuote() {
    assertThatThrownBy(() -> split("stdout 'a")).hasMessage("a quote is not closed");
  }
}
