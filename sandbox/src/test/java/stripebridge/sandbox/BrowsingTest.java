package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.solacesystems.jcsmp.AccessDeniedException;
import com.solacesystems.jcsmp.Browser;
import com.solacesystems.jcsmp.BrowserProperties;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.JCSMPErrorResponseException;
import com.solacesystems.jcsmp.JCSMPErrorResponseSubcodeEx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(SmfTransport.class)
class BrowsingTest {
  private static final int MILLIS_MAX = 20_000;

  private final Fixture sandbox;

  BrowsingTest(SmfTransport wire) {
    this.sandbox = new Fixture(wire);
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  private static Browser browse(Client client, int window) throws Exception {
    BrowserProperties properties = new BrowserProperties();
    properties.setEndpoint(Client.queue("q"));
    properties.setWaitTimeout(MILLIS_MAX);
    properties.setTransportWindowSize(window);
    return client.session.createBrowser(properties);
  }

  private static List<String> next(Browser browser, int count) throws Exception {
    ArrayList<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(Client.text(Objects.requireNonNull(browser.getNext())));
    }
    return texts;
  }

  @Test
  void showsEverythingAndRemovesNothing() throws Exception {
    sandbox.openQueue("q", Map.of("maxRedeliveryCount", 1), "t");
    Client client = sandbox.connect();
    client.publish("t", "one", "two", "three");
    for (int i = 0; i < 3; i++) {
      Browser browser = browse(client, 255);
      assertThat(next(browser, 3)).containsExactly("one", "two", "three");
      browser.close();
    }

    assertThat(sandbox.queue("q").depth()).isEqualTo(3);
    try (Client.BoundConsumer consumer = client.consume("q")) {
      BytesXMLMessage message = consumer.next();
      assertThat(message.getRedelivered()).as("browsing is not a delivery").isFalse();
    }
  }

  @Test
  void showsLaterMessagesAndDeliveredOnes() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    client.publish("t", "one");
    try (Client.BoundConsumer consumer = client.consume("q")) {
      consumer.next();
      Browser browser = browse(client, 255);
      assertThat(next(browser, 1)).containsExactly("one");
      client.publish("t", "two");
      assertThat(next(browser, 1)).containsExactly("two");
      browser.close();
    }
  }

  @Test
  void continuesBeyondItsWindow() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    ArrayList<String> texts = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      texts.add("m" + i);
    }
    client.publish("t", texts.toArray(String[]::new));
    Browser browser = browse(client, 3);

    assertThat(next(browser, 50)).containsExactlyElementsOf(texts);
    browser.close();
  }

  @Test
  void removesAMessage() throws Exception {
    sandbox.openQueue("q", Map.of(), "t");
    Client client = sandbox.connect();
    client.publish("t", "one", "two", "three");
    Browser browser = browse(client, 255);
    next(browser, 1);
    browser.remove(Objects.requireNonNull(browser.getNext()));

    Fixture.await("it is removed", () -> sandbox.queue("q").depth() == 2);
    assertThat(sandbox.queue("q").messages())
        .extracting(RecordedMessage::text)
        .containsExactly("one", "three");
    browser.close();
  }

  @Test
  void removesNothingWithoutThePermission() throws Exception {
    sandbox.openQueue("q", Map.of("permission", "read-only"), "t");
    Client client = sandbox.connect();
    client.publish("t", "one");
    Browser browser = browse(client, 255);
    BytesXMLMessage message = Objects.requireNonNull(browser.getNext());

    // The client knows from the bind answer what it may do.
    assertThatThrownBy(() -> browser.remove(message)).isInstanceOf(AccessDeniedException.class);
    browser.close();
    assertThat(sandbox.queue("q").depth()).isEqualTo(1);
  }

  @Test
  void checksThePermissionToBrowse() {
    sandbox.openQueue("q", Map.of("permission", "no-access"));

    assertThatThrownBy(() -> browse(sandbox.connect(), 255))
        .isInstanceOf(AccessDeniedException.class);
  }

  @Test
  void refusesQueuesWithPartitions() throws Exception {
    sandbox.openQueue("q", Map.of("accessType", "non-exclusive", "partitionCount", 2), "t");
    Client client = sandbox.connect();
    assertThatThrownBy(() -> browse(client, 1))
        .isInstanceOfSatisfying(
            JCSMPErrorResponseException.class,
            refusal ->
                assertThat(refusal.getSubcodeEx())
                    .isEqualTo(
                        JCSMPErrorResponseSubcodeEx.BROWSING_NOT_SUPPORTED_ON_PARTITIONED_QUEUE));
  }
}
