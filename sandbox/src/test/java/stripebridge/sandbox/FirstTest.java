package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstTest {
  @ParameterizedTest
  @ValueSource(strings = {"tcp", "ws"})
  void works(String transport) throws Exception {
    try (var broker =
        SandboxBroker.start(
            SandboxOptions.defaults()
                .withLog(line -> java.util.logging.Logger.getLogger("x").info(line)))) {
      broker.vpn("default").createOpenQueue("q", "a/>");
      try (var client =
          Client.connect(transport.equals("tcp") ? broker.smfUri() : broker.webUri())) {
        client.publish("a/b", "one", "two");
        assertThat(broker.vpn("default").queue("q").depth()).isEqualTo(2);
        try (var consumer = client.consume("q")) {
          assertThat(consumer.nextTexts(2)).containsExactly("one", "two");
        }
      }
    }
  }
}
