package stripebridge.sandbox.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void containsTheExampleThatIsRun() throws Exception {
    String example =
        Files.readString(
            Path.of(
                "src/test/java", OrderPublisherTest.class.getName().replace('.', '/') + ".java"));
    String shown = example.substring(example.indexOf("import com.solacesystems"));

    assertThat(Path.of("README.md")).content().contains("```java\n" + shown + "```\n");
  }
}
