package stripebridge.stripe.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.annotations.SerializedName;
import com.stripe.param.WebhookEndpointCreateParams.EnabledEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import stripebridge.core.testing.DesignRoutes;
import stripebridge.core.testing.ProjectFiles;

class EventTypesTest {

  @Test
  void areTheTypesOfStripesLibrary() {
    assertThat(EventTypes.all())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(EnabledEvent.values())
                .map(EventTypesTest::serializedName)
                .filter(type -> !type.equals("*"))
                .toList());
  }

  @Test
  void areTheTypesOfTheSampleData() throws IOException {
    List<String> types =
        lines("types.txt").stream()
            .filter(line -> !line.startsWith("v1.") && !line.startsWith("v2."))
            .toList();
    assertThat(EventTypes.all()).containsExactlyInAnyOrderElementsOf(types);
  }

  @Test
  void haveTheObjectsOfTheSampleData() throws IOException {
    Map<String, String> classes =
        lines("types-objects.tsv").stream()
            .map(line -> line.split("\t", -1))
            .collect(Collectors.toMap(cells -> cells[0], cells -> cells[1]));
    assertThat(classes).isNotEmpty();
    assertThat(classes)
        .allSatisfy((type, name) ->
            assertThat(StripeClasses.nameOf(EventTypes.object(type).orElseThrow()))
                .as(type)
                .isEqualToIgnoringCase(name));
  }

  @Test
  void includeEveryRoutedOne() {
    assertThat(EventTypes.all()).containsAll(DesignRoutes.TOPICS.keySet());
  }

  @Test
  void includeNoOther() {
    assertThat(EventTypes.isKnown("invoice.paid")).isTrue();
    assertThat(EventTypes.isKnown("invoice.payed")).isFalse();
    assertThat(EventTypes.object("invoice.payed")).isEmpty();
  }

  private static List<String> lines(String file) throws IOException {
    Optional<Path> data = ProjectFiles.sharedData();
    assumeTrue(data.isPresent(), "there is no sample data beside the project");
    return Files.readAllLines(data.orElseThrow().resolve("events").resolve(file)).stream()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .toList();
  }

  private static String serializedName(EnabledEvent event) {
    try {
      return EnabledEvent.class.getField(event.name()).getAnnotation(SerializedName.class).value();
    } catch (NoSuchFieldException e) {
      throw new AssertionError(e);
    }
  }
}
